/** JSON pointers. */
import type { UnknownRecord } from '../../base/json/json.ts';

/** The value that a pointer in the fragment of a reference refers to; `undefined` for none. */
export function atFragment(root: unknown, fragment: string): unknown {
  return atPointer(root, decode(fragment));
}

/** The value that a pointer, such as `/$defs/a`, refers to in `root`; `undefined` for none. */
export function atPointer(root: unknown, pointer: string): unknown {
  let value = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as UnknownRecord)[key];
  }
  return value;
}

/** The pointer along `path`, as it is written in a fragment. */
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
