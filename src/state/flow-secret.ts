import { decodeBase64, encodeBase64 } from '../base/base64.ts';
import { crypto, randomBytes, sha256 } from './crypto.ts';

const SECRET_BYTES = 16;
const DIGEST_LENGTH = 12;

/**
 * A flow's secret: 128 random bits, made with the flow and carried in its sealed state. Idempotency
 * keys, repeatable randomness and question digests come from it.
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

  /** HMAC-SHA-256 of `label`: 32 bytes only this flow can make. */
  derive(label: string): Uint8Array {
    this.#bytes ??= decodeBase64(this.text, 'base64url') ?? new Uint8Array(SECRET_BYTES);
    return crypto().createHmac('sha256', this.#bytes).update(label).digest();
  }

  /**
   * A digest of 72 bits. Keyed and never shown, so that nobody can look for two texts with the same
   * one; a plain hash of the secret and the text, because its length can be no secret either.
   */
  digest(text: string): string {
    return sha256(`${this.text}\n${text}`).slice(0, DIGEST_LENGTH);
  }
}

/** A random identifier of 128 bits, 22 characters. */
export function randomId(): string {
  return encodeBase64(randomBytes(SECRET_BYTES), 'base64url');
}
