/**
 * Sealed strings: base64url of version (1 byte), key id (4), nonce (24), ciphertext and tag (16).
 * Version and key id are authenticated with the content (S1).
 */
import { decodeBase64, encodeBase64 } from '../base/base64.ts';
import { crypto } from './crypto.ts';
import { KEY_ID_BYTES, type KeyRing, type Purpose, type StateKey } from './key-ring.ts';
import { NONCE_BYTES } from './xaes.ts';

const VERSION = 1;
const HEADER_BYTES = 1 + KEY_ID_BYTES;
const NONCE_END = HEADER_BYTES + NONCE_BYTES;

/** Length of a tag, in bytes. */
const TAG_BYTES = 16;

export class Sealer {
  readonly #ring: KeyRing;
  readonly #purpose: Purpose;

  constructor(ring: KeyRing, purpose: Purpose) {
    this.#ring = ring;
    this.#purpose = purpose;
  }

  /** Names the key that seals. */
  get keyId(): string {
    return idOf(this.#ring.sealing);
  }

  /** Names all keys that open. */
  get keyIds(): readonly string[] {
    return this.#ring.all.map(idOf);
  }

  /** @param context a text that must be equal when the string is opened, such as a row id */
  seal(text: string, context = ''): string {
    const key = this.#ring.sealing;
    const header = new Uint8Array(HEADER_BYTES);
    header[0] = VERSION;
    header.set(key.id, 1);
    const cipher = key.cipher(this.#purpose);
    const nonce = cipher.nonce();
    const sealed = cipher.seal(nonce, text, associated(header, context));
    return encodeBase64(concat([header, nonce, ...sealed]), 'base64url');
  }

  /** The text that was sealed; `undefined` if a single bit of `sealed` has been changed. */
  open(sealed: string, context = ''): string | undefined {
    const bytes = decodeBase64(sealed, 'base64url');
    if (bytes === undefined || bytes[0] !== VERSION) return undefined;
    const header = bytes.subarray(0, HEADER_BYTES);
    const nonce = bytes.subarray(HEADER_BYTES, NONCE_END);
    const body = bytes.subarray(NONCE_END);
    for (const key of this.#ring.named(header.subarray(1))) {
      const text = key.cipher(this.#purpose).open(nonce, body, associated(header, context));
      if (text !== undefined) return text.toString('utf8');
    }
    return undefined;
  }

  /** A tag of 22 characters, for what may be read and not made up: costs a quarter of sealing. */
  tag(text: string): string {
    return encodeBase64(this.#tagUnder(this.#ring.sealing, text), 'base64url');
  }

  /** Whether a key of the ring has made this tag for this text. */
  isTag(tag: string, text: string): boolean {
    const bytes = decodeBase64(tag, 'base64url');
    if (bytes?.length !== TAG_BYTES) return false;
    return this.#ring.all.some((key) => crypto().timingSafeEqual(bytes, this.#tagUnder(key, text)));
  }

  #tagUnder(key: StateKey, text: string): Uint8Array {
    return key.hmac(this.#purpose, text).subarray(0, TAG_BYTES);
  }
}

function idOf({ id }: StateKey): string {
  return encodeBase64(id, 'base64url');
}

function associated(header: Uint8Array, context: string): Uint8Array {
  return context === '' ? header : concat([header, new TextEncoder().encode(context)]);
}

/** `Buffer.concat` would be slightly faster, but not every runtime has it. */
function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
