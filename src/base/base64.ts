/**
 * Strict base64, with and without Buffer. Decoding refuses everything that encoding would not have
 * produced: wrong alphabet, padding or trailing bits (T7, HS-10).
 */

type Alphabet = 'base64' | 'base64url';

const native = globalThis.Buffer as typeof Buffer | undefined;

/** Encodes bytes; `base64url` is written without padding. */
export function encodeBase64(bytes: Uint8Array, alphabet: Alphabet = 'base64'): string {
  if (native) {
    return native.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(alphabet);
  }
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const padded = btoa(binary);
  if (alphabet === 'base64') return padded;
  return padded.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes `text` stands for, or `undefined` unless `text` is their canonical encoding. */
export function decodeBase64(
  text: string,
  alphabet: Alphabet = 'base64',
): Uint8Array<ArrayBuffer> | undefined {
  const bytes = native ? native.from(text, alphabet) : decodePortably(text, alphabet);
  if (bytes === undefined || encodeBase64(bytes, alphabet) !== text) return undefined;
  return bytes;
}

function decodePortably(text: string, alphabet: Alphabet): Uint8Array<ArrayBuffer> | undefined {
  const standard = alphabet === 'base64' ? text : text.replaceAll('-', '+').replaceAll('_', '/');
  try {
    return Uint8Array.from(atob(standard), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
