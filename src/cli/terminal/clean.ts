/**
 * What a server says may not steer the terminal it is shown on, nor look like something else: escape
 * sequences, control characters, what turns the direction of text, and what cannot be seen are taken
 * out. Everything from a server passes through here before it is printed.
 */
import { withoutEscapeSequences } from './escape-sequences.ts';

const NEWLINES = /\r\n?|\u2028|\u2029/g;

/** Everything in C0 and C1 but the tab and the line feed. */
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

/** What is not seen, or turns text around. Joiners and variants stay: scripts and emoji need them. */
const INVISIBLE =
  /(?![\p{Join_Control}\p{Variation_Selector}])[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;

/** Text of several lines. What should be text and is not is made one: servers get it wrong. */
export function clean(text: string): string {
  return withoutEscapeSequences(String(text))
    .replace(NEWLINES, '\n')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '');
}

/** Text that has to stay on one line: names, labels, choices. */
export function cleanLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

/** JSON that is safe to print and still the same value: what {@link clean} takes out is escaped. */
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
