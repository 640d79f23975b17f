/** Texts that are long in the ways that make parsers and expressions try again and again. */

/** For headers: a name, and what makes a text of about `length` characters. */
export const LONG_HEADERS: [string, (length: number) => string][] = [
  ['blanks inside', (length) => `a${' '.repeat(length)}b`],
  ['tabs inside', (length) => `a${'\t'.repeat(length)}b`],
  ['blanks and another character by turns', (length) => `${' a'.repeat(length)}\u0001`],
  ['one character', (length) => `${'a'.repeat(length)}\u0001`],
  ['digits', (length) => `${'1'.repeat(length)}x`],
  ['colons and digits', (length) => ':1'.repeat(length)],
  ['a port', (length) => `a:${'1'.repeat(length)}x`],
  ['dots', (length) => 'a.'.repeat(length)],
  ['base64', (length) => `=?base64?${'A'.repeat(length)}?=`],
  ['a type and blanks', (length) => `application/json${' '.repeat(length)}x`],
];

/** For URIs: a name, and what is repeated. */
export const LONG_URIS: [string, string][] = [
  ['one letter', 'a'],
  ['letters that are not ASCII', 'é'],
  ['escapes', '%C3%A9'],
  ['dots', '.'],
  ['slashes', '/'],
  ['colons and digits', ':1'],
  ['blanks', ' '],
  ['backslashes', '\\'],
  ['names and values', '?q=1&'],
  ['labels', 'xn--a.'],
];
