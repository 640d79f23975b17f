/** What a store sees of a task: sealed texts, and digests under the store's secret (K13). */
import { decodeBase64, encodeBase64 } from '../../base/base64.ts';
import { RondoError } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import { crypto, randomBytes } from '../../state/crypto.ts';
import type { Sealer } from '../../state/sealer.ts';
import type { SealedCell, SealedText } from '../contract.ts';
import type { SecretStore } from './secret-store.ts';

/** Where a text is: it can be opened nowhere else. */
export type Address = Pick<SealedCell, 'taskId' | 'column' | 'key'>;

const SECRET_BYTES = 32;

export class TaskSeal {
  readonly #sealer: Sealer | undefined;
  readonly #secret: Uint8Array;

  private constructor(sealer: Sealer | undefined, secret: Uint8Array) {
    this.#sealer = sealer;
    this.#secret = secret;
  }

  /** @param sealer nothing, for a store that is nothing but memory */
  static async load(sealer: Sealer | undefined, store: SecretStore): Promise<TaskSeal> {
    const made = encodeBase64(randomBytes(SECRET_BYTES), 'base64url');
    const stored = await store.load(sealText(sealer, made, 'secret'));
    const text = openText(sealer, stored, 'secret');
    const secret = text === undefined ? undefined : decodeBase64(text, 'base64url');
    if (secret === undefined) throw unreadable("The store's secret");
    return new TaskSeal(sealer, secret);
  }

  /** The keys that can open what is stored. */
  get keyIds(): readonly string[] {
    return this.#sealer?.keyIds ?? [''];
  }

  seal(address: Address, content: JsonValue): SealedText {
    return sealText(this.#sealer, JSON.stringify(content), contextOf(address));
  }

  /** @throws RondoError `unreadable_journal` */
  open(address: Address, sealed: SealedText): JsonValue {
    const text = openText(this.#sealer, sealed, contextOf(address));
    if (text === undefined) throw unreadable(`The ${address.column} of task ${address.taskId}`);
    return JSON.parse(text) as JsonValue;
  }

  /** The same for the same texts, whatever keys come and go; says nothing to who has no secret. */
  digest(...texts: readonly string[]): string {
    const hmac = crypto().createHmac('sha256', this.#secret);
    // As JSON, so that other texts never give the same.
    return hmac.update(JSON.stringify(texts)).digest('base64url').slice(0, 32);
  }
}

function sealText(sealer: Sealer | undefined, text: string, context: string): SealedText {
  if (sealer === undefined) return { keyId: '', text };
  return { keyId: sealer.keyId, text: sealer.seal(text, context) };
}

function openText(sealer: Sealer | undefined, sealed: SealedText, context: string) {
  return sealer === undefined ? sealed.text : sealer.open(sealed.text, context);
}

function contextOf({ taskId, column, key }: Address): string {
  return `${taskId}/${column}/${key}`;
}

function unreadable(what: string): RondoError<'unreadable_journal'> {
  const message = `${what} cannot be opened. It is damaged, or its key is not in the ring any more.`;
  return new RondoError('unreadable_journal', message);
}
