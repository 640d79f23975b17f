/**
 * Numbers as they are typed. JavaScript reads `12345678901234567890` as another number and `1e400` as
 * none: they would be sent so, and nobody would know.
 */

const PARTS = /^[+-]?(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/** Digits that programs print of a fraction which is to be read again as the same number. */
const ROUND_TRIP = 17;

/** What is wrong with a number; `undefined` if it is sent as it was typed. Fractions may be rounded. */
export function numberProblem(typed: string): string | undefined {
  const value = Number(typed);
  if (!Number.isFinite(value)) return `${typed} is too large to be sent as a number`;
  const [given, sent] = [decimal(typed), decimal(JSON.stringify(value))];
  if (given.digits === sent.digits && given.exponent === sent.exponent) return undefined;
  const isRounded = /[.e]/i.test(typed) && given.digits.length <= ROUND_TRIP && value !== 0;
  return isRounded ? undefined : `${typed} would be sent as ${JSON.stringify(value)}`;
}

/** The same for all numbers in a text that is JSON. */
export function jsonNumberProblem(json: string): string | undefined {
  for (const [token] of json.matchAll(TOKENS)) {
    const problem = token.startsWith('"') ? undefined : numberProblem(token);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Strings, so that numbers in them are passed over, and numbers. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;

/** Digits without zeros at the ends, and the power of ten that they are multiplied by. */
function decimal(text: string): { readonly digits: string; readonly exponent: number } {
  const [, whole = '', fraction = '', power = '0'] = PARTS.exec(text) ?? [];
  const all = `${whole}${fraction}`;
  let [from, to] = [0, all.length];
  while (all[from] === '0') from++;
  while (to > from && all[to - 1] === '0') to--;
  if (from === to) return { digits: '', exponent: 0 };
  const exponent = Number(power) - fraction.length + (all.length - to);
  return { digits: all.slice(from, to), exponent };
}
