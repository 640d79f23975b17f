/** JSON pointers, as they are written in the fragment of a reference. */
import type { UnknownRecord } from '../base/json.ts';

/** The value that a pointer, such as `/$defs/a`, refers to in `root`; `undefined` for none. */
export function atPointer(root: unknown, pointer: string): unknown {
  let value = root;
  for (const part of pointer.slice(1).split('/')) {
    const key = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as UnknownRecord)[key];
  }
  return value;
}

/** The pointer along `path`. */
export function pointerOf(path: readonly string[]): string {
  return path.map((key) => `/${encode(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text).replaceAll('%24', '$');
  } catch {
    return text;
  }
}
