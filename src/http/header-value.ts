/** Values in `Mcp-Name` and `Mcp-Param-*` headers (HS-9, HS-10, HC-5). */
import { decodeBase64, encodeBase64 } from '../base/base64.ts';

const PREFIX = '=?base64?';
const SUFFIX = '?=';

/** Visible ASCII, with spaces and tabs inside only. */
const PLAIN = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Encodes a value for a header. */
export function encodeHeaderValue(value: string): string {
  const mistakable = value.startsWith(PREFIX) && value.endsWith(SUFFIX);
  if (PLAIN.test(value) && !mistakable) return value;
  return PREFIX + encodeBase64(new TextEncoder().encode(value)) + SUFFIX;
}

/** The value that a header encodes, or `undefined` if it is malformed. */
export function decodeHeaderValue(header: string): string | undefined {
  const text = trimBlanks(header);
  if (!PLAIN.test(text)) return undefined;
  if (!text.startsWith(PREFIX) || !text.endsWith(SUFFIX)) return text;
  if (text.length < PREFIX.length + SUFFIX.length) return text;
  const bytes = decodeBase64(text.slice(PREFIX.length, -SUFFIX.length));
  if (bytes === undefined) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A header without the blanks around it. By index: an expression that looks for blanks at the end
 * tries every blank inside, and again from each.
 */
export function trimBlanks(header: string): string {
  let start = 0;
  let end = header.length;
  while (start < end && isBlank(header.charCodeAt(start))) start++;
  while (end > start && isBlank(header.charCodeAt(end - 1))) end--;
  return header.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
