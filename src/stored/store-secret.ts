/** The digests by which a store looks things up (K13). */
import { decodeBase64, encodeBase64 } from '../base/base64.ts';
import { RondoError } from '../base/errors.ts';
import { crypto, randomBytes } from '../state/crypto.ts';
import type { Sealer } from '../state/sealer.ts';
import { openText, sealText } from './sealed-text.ts';
import type { SecretStore } from './secret-store.ts';

const SECRET_BYTES = 32;

/** The secret of a store: whatever keys come and go, the same texts have the same digests. */
export class StoreSecret {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @param sealer nothing, for a store that is nothing but memory */
  static async load(sealer: Sealer | undefined, store: SecretStore): Promise<StoreSecret> {
    const made = encodeBase64(randomBytes(SECRET_BYTES), 'base64url');
    const stored = await store.load(sealText(sealer, made, 'secret'));
    const text = openText(sealer, stored, 'secret');
    const bytes = text === undefined ? undefined : decodeBase64(text, 'base64url');
    if (bytes !== undefined) return new StoreSecret(bytes);
    const message =
      "The store's secret cannot be opened. It is damaged, or its key is not in the ring any more.";
    throw new RondoError('unreadable_journal', message);
  }

  /** Says nothing to who has no secret. */
  digest(...texts: readonly string[]): string {
    const hmac = crypto().createHmac('sha256', this.#bytes);
    // As JSON, so that other texts never give the same.
    return hmac.update(JSON.stringify(texts)).digest('base64url').slice(0, 32);
  }
}
