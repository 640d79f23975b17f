import { decodeBase64, encodeBase64 } from '../base/base64.ts';
import { crypto, randomBytes, sha256 } from './crypto.ts';

const SECRET_BYTES = 16;
const DIGEST_LENGTH = 12;

/**
 * A flow's secret: 128 random bits, made in the first round and carried in the sealed state.
 * Idempotency keys, repeatable randomness and question digests are derived from it.
 */
export class FlowSecret {
  readonly text: string;
  #bytes: Uint8Array | undefined;

  private constructor(text: string) {
    this.text = text;
  }

  static create(): FlowSecret {
    return new FlowSecret(encodeBase64(randomBytes(SECRET_BYTES), 'base64url'));
  }

  static from(text: string): FlowSecret {
    return new FlowSecret(text);
  }

  /** HMAC-SHA-256 of `label` under the secret: 32 bytes. */
  derive(label: string): Uint8Array {
    this.#bytes ??= decodeBase64(this.text, 'base64url') ?? new Uint8Array(SECRET_BYTES);
    return crypto().createHmac('sha256', this.#bytes).update(label).digest();
  }

  /**
   * A digest of 72 bits, keyed with the secret: without it, nobody can search for two texts with the
   * same digest. SHA-256 over secret and text is enough, because digests are never shown.
   */
  digest(text: string): string {
    // As JSON, which escapes lone surrogates: UTF-8 would make them all the same.
    return sha256(`${this.text}\n${JSON.stringify(text)}`).slice(0, DIGEST_LENGTH);
  }
}

/** A random identifier of nearly 128 bits, 22 characters. On a command line it cannot be taken for an option. */
export function randomId(): string {
  for (;;) {
    const id = encodeBase64(randomBytes(SECRET_BYTES), 'base64url');
    if (!id.startsWith('-')) return id;
  }
}
