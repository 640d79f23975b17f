/**
 * Makes text from a server safe to print: it must not control the terminal, nor look like something
 * else. Escape sequences, control characters, marks that change the direction of text, invisible
 * characters, and marks without number on one letter are removed. Everything from a server passes
 * through here before it is printed.
 */
import { withoutEscapeSequences } from './escape-sequences.ts';

const NEWLINES = /\r\n?|\u2028|\u2029/g;

/** All control characters of C0 and C1, except tab and line feed. */
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

/**
 * Characters that are invisible or change direction, except joiners, which scripts and emoji need.
 */
const INVISIBLE =
  /(?![\p{Join_Control}\p{Variation_Selector}])[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\ufff9-\ufffb\u{13430}-\u{1343f}]/gu;

/** Joiners and selectors where nothing can need them: two names would look the same. */
const STRAY_JOINERS = /(?<![^\0-\x7f]|[\d#*](?=\ufe0f))[\p{Join_Control}\p{Variation_Selector}]+/gu;

/** Marks after the eighth on one letter: a hundred of them would cover the lines above and below. */
const EXCESS_MARKS = /(?<=[\p{M}\p{Join_Control}]{8})[\p{M}\p{Join_Control}]+/gu;

/** Looks like a space, and is none. */
const BLANK = /\u2800/g;

/** Cleans text of several lines. Other values are converted to text: servers may send them. */
export function clean(text: string): string {
  return withoutEscapeSequences(String(text))
    .replace(NEWLINES, '\n')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .replace(BLANK, ' ')
    .replace(STRAY_JOINERS, '')
    .replace(EXCESS_MARKS, '');
}

/** Cleans text that must be on one line: names, labels, choices. */
export function cleanLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

/** Of what a server says of an error, in characters: more would scroll away what else there is. */
const LONGEST_EXCERPT = 1_000;

/** Cleans the beginning of a text, for one line. */
export function cleanExcerpt(text: string): string {
  const line = cleanLine(String(text).slice(0, 4 * LONGEST_EXCERPT));
  return line.length > LONGEST_EXCERPT ? `${line.slice(0, LONGEST_EXCERPT)}…` : line;
}

/** What the user has typed, as it will be sent: what {@link clean} removes is escaped here. */
export function reveal(text: string): string {
  return escaped(text.replace(/[\t\n]/g, escapeUnits));
}

/**
 * JSON that is safe to print and has the same value: what {@link clean} removes is escaped here.
 */
export function cleanJson(value: unknown, indent?: number): string {
  return escaped(JSON.stringify(value, null, indent) ?? 'null');
}

const UNSAFE = [CONTROLS, INVISIBLE, /[\u2028\u2029]/g, STRAY_JOINERS, EXCESS_MARKS];

/** Whether a character would be removed wherever it stands. */
export function isUnsafe(character: string): boolean {
  return [CONTROLS, INVISIBLE].some((pattern) => character.search(pattern) >= 0);
}

function escaped(text: string): string {
  return UNSAFE.reduce((cleaned, pattern) => cleaned.replace(pattern, escapeUnits), text);
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
