/**
 * Makes text from a server safe to print: it must not control the terminal, nor look like something
 * else. Escape sequences, control characters, marks that change the direction of text, and
 * invisible characters are removed. Everything from a server passes through here before it is
 * printed.
 */
import { withoutEscapeSequences } from './escape-sequences.ts';

const NEWLINES = /\r\n?|\u2028|\u2029/g;

/** All control characters of C0 and C1, except tab and line feed. */
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

/**
 * Characters that are invisible or change direction, except joiners, which scripts and emoji need.
 */
const INVISIBLE =
  /(?![\p{Join_Control}\p{Variation_Selector}])[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;

/** Cleans text of several lines. Other values are converted to text: servers may send them. */
export function clean(text: string): string {
  return withoutEscapeSequences(String(text))
    .replace(NEWLINES, '\n')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '');
}

/** Cleans text that must be on one line: names, labels, choices. */
export function cleanLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

/**
 * JSON that is safe to print and has the same value: what {@link clean} removes is escaped here.
 */
export function cleanJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent) ?? 'null';
  return [CONTROLS, INVISIBLE, /[\u2028\u2029]/g].reduce(
    (cleaned, pattern) => cleaned.replace(pattern, escapeUnits),
    text,
  );
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
