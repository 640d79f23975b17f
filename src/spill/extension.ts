/** Journals that are too large for a request state, as a store adds them to a server (S6). */
import { RepeatedWarnings } from '../base/logging/repeated-warnings.ts';
import { shownMessage } from '../base/shown-text.ts';
import { attempt } from '../base/thrown.ts';
import { tryAgain } from '../protocol/refusal.ts';
import type { ExtendedServer, Extension, LargeJournals } from '../server/extension.ts';
import { randomId } from '../state/flow-secret.ts';
import { assertKeys } from '../stored/assert-keys.ts';
import type { CellSeal } from '../stored/cell-seal.ts';
import type { SpillCell, SpillStore } from './contract.ts';
import { spillCells } from './spill-cells.ts';

export interface SpillParts {
  readonly spill: SpillStore;
  /** Whether all of it ends with the process: then nothing is sealed. */
  readonly isVolatile: boolean;
}

/** Between two looks for what is past its life, in ms. */
const CLEAN_UP_EVERY = 60_000;
const PORTION = 500;

/** @throws RondoError `invalid_options` */
export function spillExtension(parts: SpillParts, server: ExtendedServer): Extension {
  assertKeys(parts, server);
  return { journals: new SpilledJournals(parts, server) };
}

class SpilledJournals implements LargeJournals {
  readonly #store: SpillStore;
  readonly #cells: CellSeal<Pick<SpillCell, 'key'>>;
  readonly #warnings: RepeatedWarnings;
  #cleanedUpAt = -Infinity;

  constructor({ spill, isVolatile }: SpillParts, server: ExtendedServer) {
    this.#store = spill;
    this.#warnings = new RepeatedWarnings(server.logger);
    this.#cells = spillCells(isVolatile ? undefined : server.sealerFor('spill'));
  }

  async put(text: string, life: number): Promise<string> {
    const key = randomId();
    await this.#use(() => this.#store.put(key, this.#cells.seal({ key }, text), life));
    this.#cleanUp();
    return key;
  }

  async get(key: string): Promise<string | undefined> {
    const sealed = await this.#use(() => this.#store.get(key));
    return sealed && attempt(() => this.#cells.open({ key }, sealed));
  }

  /** @throws RpcError for a fault of the store, which may be over at the next try */
  async #use<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#warn(error);
      throw tryAgain('store_failed');
    }
  }

  /** Now and then. Nobody waits for it. */
  #cleanUp(): void {
    const now = performance.now();
    if (now - this.#cleanedUpAt < CLEAN_UP_EVERY) return;
    this.#cleanedUpAt = now;
    void this.#store.expire(PORTION).catch((error) => this.#warn(error));
  }

  #warn(error: unknown): void {
    this.#warnings.warn(`The store of large journals failed: ${shownMessage(error)}`);
  }
}
