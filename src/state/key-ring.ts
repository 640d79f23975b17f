import type { KeyObject } from 'node:crypto';
import { decodeBase64, encodeBase64 } from '../base/base64.ts';
import { invalidOptions } from '../base/errors.ts';
import { crypto } from './crypto.ts';
import { Xaes } from './xaes.ts';

/**
 * What a sealed string is for. A string sealed for one purpose cannot be opened for another (S1).
 */
export type Purpose =
  'state' | 'spill' | 'guard' | 'task' | 'secret' | 'relay' | 'session' | 'question' | 'resume';

/** A state key: 32 random bytes, or the same bytes in base64url (43 characters). */
export type KeyMaterial = string | Uint8Array;

const KEY_BYTES = 32;

/** Length of the key id in a sealed string, in bytes. */
export const KEY_ID_BYTES = 4;

/**
 * One key of a ring and the ciphers derived from it.
 *
 * @internal
 */
export class StateKey {
  readonly id: Uint8Array;
  readonly #secret: KeyObject;
  readonly #ciphers = new Map<Purpose, Xaes>();
  readonly #tagKeys = new Map<Purpose, KeyObject>();

  constructor(bytes: Uint8Array) {
    // createSecretKey copies the bytes: the caller may overwrite them afterwards.
    this.#secret = crypto().createSecretKey(bytes);
    this.id = derive(this.#secret, 'key id', KEY_ID_BYTES);
  }

  cipher(purpose: Purpose): Xaes {
    let cipher = this.#ciphers.get(purpose);
    if (cipher === undefined) {
      const subkey = derive(this.#secret, purpose, KEY_BYTES);
      cipher = new Xaes(crypto().createSecretKey(subkey));
      this.#ciphers.set(purpose, cipher);
    }
    return cipher;
  }

  /** HMAC-SHA-256 of `text`, under a key that is used for nothing else. */
  hmac(purpose: Purpose, text: string): Buffer {
    let key = this.#tagKeys.get(purpose);
    if (key === undefined) {
      key = crypto().createSecretKey(derive(this.#secret, `${purpose} tag`, KEY_BYTES));
      this.#tagKeys.set(purpose, key);
    }
    return crypto().createHmac('sha256', key).update(text).digest();
  }
}

function derive(secret: KeyObject, what: string, length: number): Uint8Array {
  const info = `mcp-rondo/1/${what}`;
  return new Uint8Array(crypto().hkdfSync('sha256', secret, new Uint8Array(0), info, length));
}

/** The keys of a server: the first seals, all open. */
export class KeyRing {
  readonly #keys: readonly StateKey[];

  /**
   * @param keys at least one
   * @throws RondoError `invalid_options` for anything that is not a key; the message does not show
   *   it.
   */
  constructor(keys: readonly KeyMaterial[]) {
    if (keys.length === 0) {
      throw invalidOptions(
        'The list of state keys is empty. Make a key with `npx mcp-rondo keygen`.',
      );
    }
    this.#keys = keys.map((key, index) => new StateKey(keyBytes(key, index)));
  }

  /** @internal */
  get sealing(): StateKey {
    return this.#keys[0]!;
  }

  /** @internal */
  get all(): readonly StateKey[] {
    return this.#keys;
  }

  /**
   * The keys with this id, which may be several: ids are short.
   *
   * @internal
   */
  named(id: Uint8Array): readonly StateKey[] {
    return this.#keys.filter((key) => key.id.every((byte, i) => byte === id[i]));
  }
}

/** The environment variable that a server reads its keys from if the options contain none. */
export const KEYS_VARIABLE = 'RONDO_STATE_KEYS';

/**
 * Splits the text of {@link KEYS_VARIABLE}: keys separated by commas. The first one seals.
 */
export function parseKeys(text: string): string[] {
  return text.split(',').map((key) => key.trim());
}

/** A new random key, as base64url. */
export function generateKey(): string {
  return encodeBase64(crypto().randomBytes(KEY_BYTES), 'base64url');
}

function keyBytes(key: KeyMaterial, index: number): Uint8Array {
  const bytes = typeof key === 'string' ? decodeBase64(key, 'base64url') : key;
  if (bytes instanceof Uint8Array && bytes.length === KEY_BYTES) return bytes;
  throw invalidOptions(
    `State key ${index + 1} is not ${KEY_BYTES} bytes in base64url (43 characters). ` +
      'Make one with `npx mcp-rondo keygen`.',
  );
}
