/** Longest text that is tested against an untrusted pattern, in characters (against ReDoS). */
const MAX_TEXT = 256;

/** Longest pattern that is examined, in characters. */
const MAX_PATTERN = 1_000;

/**
 * At most this many parts of a pattern may vary in length or choose between alternatives: each part
 * multiplies the number of ways to match that an engine may try.
 */
const MAX_VARYING = 2;

const QUANTIFIED_GROUP = /\)[*+?{]/;
const BACK_REFERENCE = /\\[1-9k]/;
const VARYING = /[*+?]|\{\d+,\d*\}/g;

/**
 * Whether a peer's pattern can be tested against any short text in little time. If in doubt: no.
 */
export function isSafe(pattern: string): boolean {
  if (pattern.length > MAX_PATTERN) return false;
  const bare = pattern
    .replace(/\\[^1-9k]/g, 'x')
    .replace(/\[[^\]]*\]/g, 'x')
    .replaceAll('(?:', '(');
  if (QUANTIFIED_GROUP.test(bare) || BACK_REFERENCE.test(bare)) return false;
  return (bare.match(VARYING) ?? []).length + choices(bare) <= MAX_VARYING;
}

/** How many groups choose between alternatives; the pattern as a whole counts as a group. */
function choices(bare: string): number {
  let count = 0;
  const choosing = [false];
  for (const character of bare) {
    if (character === '(') choosing.push(false);
    else if (character === ')') choosing.pop();
    else if (character === '|' && choosing.at(-1) === false) {
      choosing[choosing.length - 1] = true;
      count++;
    }
  }
  return count;
}

/** Whether all texts in a value, and the names of members, are short enough for patterns. */
export function hasShortTexts(value: unknown): boolean {
  return textsIn(value).every((text) => text.length <= MAX_TEXT);
}

/** The most steps in which one safe pattern can be tested against all texts in a value. */
export function stepsOfPattern(value: unknown): number {
  // Two varying parts and the start of the match: each can be anywhere in the text.
  return textsIn(value).reduce((steps, text) => steps + text.length ** 3, 0);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return Object.entries(value).flatMap(([name, child]) => [name, ...textsIn(child)]);
}
