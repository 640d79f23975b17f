/**
 * What steers a terminal (ECMA-48). Node's own `stripVTControlCharacters` takes time that grows with
 * the square of a hostile text; here no part can match in two ways, and none begins inside of another.
 */

const ESC = '\\u001b';

/** `ESC ]` and the like to their terminator: titles, links. */
const STRING = `(?:${ESC}[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007${ESC}\\u0080-\\u009f]*(?:\\u0007|${ESC}\\\\|\\u009c)`;

/** `ESC [` to a letter: colours, movements of the cursor. */
const CONTROL = `(?:${ESC}\\[|\\u009b)[0-?]*[ -/]*[@-~]`;

/** `ESC` and a letter: resets, character sets. */
const OTHER = `${ESC}[ -/]*[0-~]`;

const SEQUENCES = new RegExp(`${STRING}|${CONTROL}|${OTHER}`, 'g');

export function withoutEscapeSequences(text: string): string {
  return text.replace(SEQUENCES, '');
}
