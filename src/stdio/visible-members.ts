/**
 * What can be seen of a message that cannot be parsed, at its two ends: the first and the last bytes
 * of its line. Peers write `id` first or last.
 */
import type { RequestId } from '../protocol/types/jsonrpc.ts';
import { isRequestId } from '../protocol/parse.ts';

/** The two ends of a line, which may overlap. */
export interface LineEnds {
  readonly head: string;
  readonly tail: string;
}

/** A string, a bracket, a colon or a comma, or what stands between them. */
const TOKEN = /"(?:[^"\\]|\\[^])*"|[{}[\]:,]|[^\s"{}[\]:,]+/y;

/** The same in a text that is read backwards: a quote before an odd number of backslashes is escaped. */
const REVERSED_TOKEN = /"(?:[^"]|"(?=\\(?:\\\\)*(?!\\)))*"|[{}[\]:,]|[^\s"{}[\]:,]+/y;

/**
 * The members of the message itself, not of objects in it, whose values are texts, numbers and the
 * like. A member that is there twice with different values is left out.
 */
export function visibleMembers({ head, tail }: LineEnds): ReadonlyMap<unknown, unknown> {
  const members = new Map<unknown, unknown>();
  const differing = new Set<unknown>();
  for (const [name, value] of [...membersIn(fromStart(head)), ...membersIn(fromEnd(tail))]) {
    if (members.has(name) && members.get(name) !== value) differing.add(name);
    members.set(name, value);
  }
  for (const name of differing) members.delete(name);
  return members;
}

/** The id of a message, if it can be seen. */
export function visibleId(ends: LineEnds): RequestId | undefined {
  const id = visibleMembers(ends).get('id');
  // Bytes that are not UTF-8 have been replaced: the id was another.
  const isCertain = isRequestId(id) && !String(id).includes('\uFFFD');
  return isCertain ? id : undefined;
}

/** The tokens of the message itself; an object or array in it is one token, `{` or `[`. */
function fromStart(head: string): string[] {
  const tokens = tokensOf(head, TOKEN);
  return ownTokens(tokens, '{[', '}]');
}

function fromEnd(tail: string): string[] {
  const tokens = tokensOf(reversed(tail), REVERSED_TOKEN).map(reversed);
  return ownTokens(tokens, '}]', '{[').toReversed();
}

/** @param openers the brackets that begin something in the direction of reading */
function ownTokens(tokens: readonly string[], openers: string, closers: string): string[] {
  const own: string[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (closers.includes(token)) depth--;
    if (depth <= 1) own.push(token);
    if (openers.includes(token)) depth++;
    if (depth <= 0) break;
  }
  return own;
}

function tokensOf(text: string, pattern: RegExp): string[] {
  const tokens: string[] = [];
  let end = 0;
  for (;;) {
    while (/\s/.test(text.charAt(end))) end++;
    pattern.lastIndex = end;
    const [token] = pattern.exec(text) ?? [];
    if (token === undefined) return tokens;
    tokens.push(token);
    end = pattern.lastIndex;
  }
}

/** Names and values: between a bracket or comma and the next, so that none is cut off. */
function* membersIn(tokens: readonly string[]): Generator<[name: unknown, value: unknown]> {
  for (let i = 2; i + 2 < tokens.length; i++) {
    const [before, name, colon, value, after] = tokens.slice(i - 2, i + 3);
    if (colon !== ':' || !['{', ','].includes(before!) || ![',', '}'].includes(after!)) continue;
    yield [parsed(name!), parsed(value!)];
  }
}

/** `undefined` for what is not JSON by itself. */
function parsed(token: string): unknown {
  try {
    return JSON.parse(token) as unknown;
  } catch {
    return undefined;
  }
}

function reversed(text: string): string {
  return [...text].toReversed().join('');
}
