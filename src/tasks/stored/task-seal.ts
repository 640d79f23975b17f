/** What a store sees of a task: sealed texts, and digests under the store's secret (K13). */
import { RondoError } from '../../base/errors.ts';
import { exactJson } from '../../base/json/exact-json.ts';
import type { JsonValue } from '../../base/json/json.ts';
import type { Sealer } from '../../state/sealer.ts';
import { type SealedText, openText, sealText } from '../../stored/sealed-text.ts';
import type { StoreSecret } from '../../stored/store-secret.ts';
import type { SealedCell } from '../contract.ts';

/** Where a text is: it can be opened nowhere else. */
export type Address = Pick<SealedCell, 'taskId' | 'column' | 'key'>;

export class TaskSeal {
  readonly #sealer: Sealer | undefined;
  readonly #secret: StoreSecret;

  /** @param sealer nothing, for a store that is nothing but memory */
  constructor(sealer: Sealer | undefined, secret: StoreSecret) {
    this.#sealer = sealer;
    this.#secret = secret;
  }

  /** The keys that can open what is stored. */
  get keyIds(): readonly string[] {
    return this.#sealer?.keyIds ?? [''];
  }

  seal(address: Address, content: JsonValue): SealedText {
    return sealText(this.#sealer, exactJson(content), contextOf(address));
  }

  /** @throws RondoError `unreadable_journal` */
  open(address: Address, sealed: SealedText): JsonValue {
    const text = openText(this.#sealer, sealed, contextOf(address));
    if (text === undefined) throw unreadable(`The ${address.column} of task ${address.taskId}`);
    return JSON.parse(text) as JsonValue;
  }

  /** See {@link StoreSecret.digest}. */
  digest(...texts: readonly string[]): string {
    return this.#secret.digest(...texts);
  }
}

function contextOf({ taskId, column, key }: Address): string {
  return `${taskId}/${column}/${key}`;
}

function unreadable(what: string): RondoError<'unreadable_journal'> {
  const message = `${what} cannot be opened. It is damaged, or its key is not in the ring any more.`;
  return new RondoError('unreadable_journal', message);
}
