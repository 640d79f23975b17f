/** The digests by which a store looks things up (K13). */
import { decodeBase64, encodeBase64 } from '../base/base64.ts';
import { RondoError } from '../base/errors.ts';
import { crypto, randomBytes } from '../state/crypto.ts';
import type { Sealer } from '../state/sealer.ts';
import { type SealedText, openText, sealText } from './sealed-text.ts';
import type { SecretStore } from './secret-store.ts';

const SECRET_BYTES = 32;

const CONTEXT = 'secret';

/** The secret of a store: whatever keys come and go, the same texts have the same digests. */
export class StoreSecret {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @param sealer nothing, for a store that is nothing but memory */
  static async load(sealer: Sealer | undefined, store: SecretStore): Promise<StoreSecret> {
    return new StoreSecret(decoded((await read(sealer, store)).text));
  }

  /** The same, and seals it anew if it is sealed under another key than the first of the ring. */
  static async rewrap(sealer: Sealer | undefined, store: SecretStore): Promise<StoreSecret> {
    const { stored, text } = await read(sealer, store);
    const secret = new StoreSecret(decoded(text));
    // If it is not what it was, another process has done it.
    if (sealer !== undefined && stored.keyId !== sealer.keyId) {
      await store.reseal(stored, sealText(sealer, text!, CONTEXT));
    }
    return secret;
  }

  /** Says nothing to who has no secret. */
  digest(...texts: readonly string[]): string {
    const hmac = crypto().createHmac('sha256', this.#bytes);
    // As JSON, so that other texts never give the same.
    return hmac.update(JSON.stringify(texts)).digest('base64url').slice(0, 32);
  }
}

/** What is stored, and what it says; `undefined` if it cannot be opened. */
async function read(
  sealer: Sealer | undefined,
  store: SecretStore,
): Promise<{ readonly stored: SealedText; readonly text: string | undefined }> {
  const made = encodeBase64(randomBytes(SECRET_BYTES), 'base64url');
  const stored = await store.load(sealText(sealer, made, CONTEXT));
  return { stored, text: openText(sealer, stored, CONTEXT) };
}

function decoded(text: string | undefined): Uint8Array {
  const bytes = text === undefined ? undefined : decodeBase64(text, 'base64url');
  if (bytes !== undefined) return bytes;
  const message =
    "The store's secret cannot be opened. It is damaged, or its key is not in the ring any more.";
  throw new RondoError('unreadable_journal', message);
}
