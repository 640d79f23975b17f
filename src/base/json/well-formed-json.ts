/** JSON that strict readers take: without halves of characters (lone surrogates), as `slice` makes. */
import { isRecord } from './json.ts';

/** What the other side has sent, and must get back as it was. */
const ECHOED = new Set([
  'requestState',
  'progressToken',
  'io.modelcontextprotocol/subscriptionId',
  'requestId',
  'id',
  'cursor',
  'nextCursor',
]);

/** A lone surrogate is written as an escape, others are not. (So is a text that looks like one.) */
const ESCAPED = String.raw`\ud`;

/**
 * `value` as JSON text in which every half of a character is U+FFFD, but for members that are echoed.
 * They are members of `value` itself, of its `params`, or of their `_meta`.
 */
export function writeJson(value: object): string {
  const text = JSON.stringify(value);
  return text.includes(ESCAPED) ? rewritten(value) : text;
}

function rewritten(value: object): string {
  const { params } = value as { params?: unknown };
  const owners = [value, params, metaOf(value), metaOf(params)];
  return JSON.stringify(value, function (this: object, key, member: unknown): unknown {
    if (ECHOED.has(key) && owners.includes(this)) return member;
    if (typeof member === 'string') return wellFormed(member);
    if (!isRecord(member) || Object.keys(member).every((name) => wellFormed(name) === name)) {
      return member;
    }
    return Object.fromEntries(Object.entries(member).map(([name, of]) => [wellFormed(name), of]));
  });
}

function metaOf(owner: unknown): unknown {
  return isRecord(owner) ? owner['_meta'] : undefined;
}

function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\u{fffd}');
}
