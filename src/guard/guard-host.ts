/** The guard of one server: what its parts share. */
import { RepeatedWarnings } from '../base/logging/repeated-warnings.ts';
import { shownMessage } from '../base/shown-text.ts';
import { tryAgain } from '../protocol/refusal.ts';
import type { ExtendedServer, ServerPort } from '../server/extension.ts';
import type { StoreSecret } from '../stored/store-secret.ts';
import type { SharedStore } from '../stored/reply-recorder.ts';
import { type GuardStore, isClaimLost } from './contract.ts';
import { type GuardSeal, guardSeal } from './guard-seal.ts';
import { Waiters } from './waiters.ts';

/** The parts of a store that a guard needs. */
export interface GuardParts {
  readonly guard: GuardStore;
  /** @param server whose keys it is sealed with */
  readonly loadSecret: (server: ExtendedServer) => Promise<StoreSecret>;
  /** Whether all of it ends with the process: then nothing is sealed. */
  readonly isVolatile: boolean;
  /** Whether nobody else serves this server's clients, so that a store of this process is enough. */
  readonly singleProcess: boolean;
  /** How long a reply is kept, in ms. */
  readonly replyTtl: number;
  /** Where tasks are in the same store: they are written together with replies. Default: apart. */
  readonly shared?: SharedStore;
}

/** Between two looks for what is past its time, in ms. */
const CLEAN_UP_EVERY = 60_000;
const PORTION = 500;

export class GuardHost {
  readonly parts: GuardParts;
  readonly server: ExtendedServer;
  readonly waiters: Waiters = new Waiters();
  port!: ServerPort;
  readonly #warnings: RepeatedWarnings;
  /** The rounds that run here. */
  readonly running: Set<{ cancel(reason: string): void }> = new Set();
  #seal: Promise<GuardSeal> | undefined;
  #cleanedUpAt = -Infinity;

  constructor(parts: GuardParts, server: ExtendedServer) {
    this.parts = parts;
    this.server = server;
    this.#warnings = new RepeatedWarnings(server.logger);
  }

  get store(): GuardStore {
    return this.parts.guard;
  }

  /** Loaded once; again if that has failed. */
  get seal(): Promise<GuardSeal> {
    return (this.#seal ??= this.#loadSeal().catch((error) => {
      this.#seal = undefined;
      throw error;
    }));
  }

  /** Uses the store. @throws RpcError for its faults, which may be over at the next try */
  async use<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.warn(error);
      throw tryAgain(isClaimLost(error) ? 'claim_lost' : 'store_failed');
    }
  }

  /** Deletes what is past its time, now and then. Nobody waits for it. */
  cleanUp(): void {
    const now = performance.now();
    if (now - this.#cleanedUpAt < CLEAN_UP_EVERY) return;
    this.#cleanedUpAt = now;
    void this.store.expire(PORTION).catch((error) => this.warn(error));
  }

  /** That another attempt has the request is no fault. */
  warn(error: unknown): void {
    if (isClaimLost(error)) return;
    this.#warnings.warn(`The guard's store failed: ${shownMessage(error)}`);
  }

  async #loadSeal(): Promise<GuardSeal> {
    const sealer = this.parts.isVolatile ? undefined : this.server.sealerFor('guard');
    return guardSeal(sealer, await this.parts.loadSecret(this.server));
  }
}
