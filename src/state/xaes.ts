/**
 * XAES-256-GCM (C2SP): AES-256-GCM under a key derived from the first half of a 192-bit nonce.
 * Nonces of this length can be random: a key would need far more messages than it will ever seal
 * before two of them could be the same.
 */
import type { Cipher, KeyObject } from 'node:crypto';
import { crypto, randomBytes } from './crypto.ts';

export const NONCE_BYTES = 24;
const HALF = NONCE_BYTES / 2;
const TAG_BYTES = 16;

const BLOCK = 16;

/**
 * How many messages have the first half of their nonces, and so the derived key, in common: deriving
 * is a third of the work. The other half is random each time, which alone would be enough for 2^32.
 */
const COMMON = 4_096;

/** How many derived keys are remembered: about as many instances may seal what is opened here. */
const REMEMBERED = 16;

interface DerivedKey {
  readonly half: Uint8Array;
  readonly key: KeyObject;
}

export class Xaes {
  readonly #blockCipher: Cipher;
  readonly #tweak: Uint8Array;
  #common = new Uint8Array(HALF);
  #commonLeft = 0;
  /** The newest first. */
  #recent: readonly DerivedKey[] = [];

  /** @param key 32 bytes */
  constructor(key: KeyObject) {
    // Without an initialization vector; Workers refuse the `null` that stands for none elsewhere.
    this.#blockCipher = crypto().createCipheriv('aes-256-ecb', key, '');
    this.#tweak = doubled(this.#blockCipher.update(new Uint8Array(BLOCK)));
  }

  /** A nonce for one message. */
  nonce(): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    if (this.#commonLeft-- > 0) {
      nonce.set(this.#common);
    } else {
      this.#common = nonce.slice(0, HALF);
      this.#commonLeft = COMMON - 1;
    }
    return nonce;
  }

  /** The ciphertext, then its tag. */
  seal(nonce: Uint8Array, plaintext: Uint8Array | string, associated: Uint8Array): Uint8Array[] {
    const derived = this.#derived(nonce);
    this.#remember(derived);
    const cipher = crypto().createCipheriv('aes-256-gcm', derived.key, nonce.subarray(HALF));
    cipher.setAAD(associated);
    const body =
      typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
    cipher.final();
    return [body, cipher.getAuthTag()];
  }

  /** The plaintext; `undefined` if nonce, ciphertext, tag or associated data has been changed. */
  open(nonce: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Buffer | undefined {
    const end = sealed.length - TAG_BYTES;
    if (end < 0) return undefined;
    const derived = this.#derived(nonce);
    const decipher = crypto().createDecipheriv('aes-256-gcm', derived.key, nonce.subarray(HALF), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(associated);
    decipher.setAuthTag(sealed.subarray(end));
    try {
      const plaintext = decipher.update(sealed.subarray(0, end));
      decipher.final();
      // What somebody made up never gets here, and so never displaces a key that is in use.
      this.#remember(derived);
      return plaintext;
    } catch {
      return undefined;
    }
  }

  #derived(nonce: Uint8Array): DerivedKey {
    const known = this.#recent.find(({ half }) => half.every((byte, i) => byte === nonce[i]));
    if (known !== undefined) return known;
    const half = nonce.slice(0, HALF);
    return { half, key: this.#derive(half) };
  }

  #remember(derived: DerivedKey): void {
    if (this.#recent.includes(derived)) return;
    this.#recent = [derived, ...this.#recent.slice(0, REMEMBERED - 1)];
  }

  /** CMAC-based counter-mode derivation: two blocks, one for each half of the key. */
  #derive(half: Uint8Array): KeyObject {
    const blocks = new Uint8Array(2 * BLOCK);
    for (let block = 0; block < 2; block++) {
      const at = block * BLOCK;
      blocks[at + 1] = block + 1;
      blocks[at + 2] = 0x58; // 'X'
      blocks.set(half, at + 4);
      for (let i = 0; i < BLOCK; i++) blocks[at + i]! ^= this.#tweak[i]!;
    }
    // Passing the key as plain bytes is a little faster on Node 20, and three times slower on 24.
    return crypto().createSecretKey(this.#blockCipher.update(blocks));
  }
}

/** Multiplies by two in GF(2^128): CMAC's first subkey. */
function doubled(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(BLOCK);
  for (let i = 0; i < BLOCK; i++) result[i] = (block[i]! << 1) | ((block[i + 1] ?? 0) >>> 7);
  if (block[0]! & 0x80) result[BLOCK - 1]! ^= 0x87;
  return result;
}
