/** What a store sees of tasks and of rounds that run once: sealed contents, and digests (K13). */
import { exactJson } from '../base/json/exact-json.ts';
import type { JsonValue } from '../base/json/json.ts';
import type { CellSeal } from './cell-seal.ts';
import type { SealedText } from './sealed-text.ts';
import type { StoreSecret } from './store-secret.ts';

export class ContentSeal<Address> {
  readonly #cells: CellSeal<Address>;
  readonly #secret: StoreSecret;

  constructor(cells: CellSeal<Address>, secret: StoreSecret) {
    this.#cells = cells;
    this.#secret = secret;
  }

  /** See {@link CellSeal.keyIds}. */
  get keyIds(): readonly string[] {
    return this.#cells.keyIds;
  }

  seal(address: Address, content: JsonValue): SealedText {
    return this.#cells.seal(address, exactJson(content));
  }

  /** @throws RondoError `unreadable_journal` */
  open(address: Address, sealed: SealedText): JsonValue {
    return JSON.parse(this.#cells.open(address, sealed)) as JsonValue;
  }

  /** See {@link StoreSecret.digest}. */
  digest(...texts: readonly string[]): string {
    return this.#secret.digest(...texts);
  }
}
