/** Longest text that is tested against an untrusted pattern, in characters (against ReDoS). */
const MAX_TEXT = 256;

/** Longer patterns are not read at all. */
const MAX_PATTERN = 1_000;

/**
 * At most this many parts of a pattern may vary in length or choose between alternatives: each
 * multiplies what can be tried.
 */
const MAX_VARYING = 2;

const QUANTIFIED_GROUP = /\)[*+?{]/;
const BACK_REFERENCE = /\\[1-9k]/;
const VARYING = /[*+?]|\{\d+,\d*\}/g;

/**
 * Whether a pattern from the other side can be compared with a short text in little time, whatever
 * the text is. It errs on the safe side.
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

/** How many groups choose between alternatives, the pattern as a whole among them. */
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

/** Whether all texts in a value are short enough for patterns. */
export function hasShortTexts(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= MAX_TEXT;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(hasShortTexts);
}
