import { UNSHOWABLE } from './shown-text.ts';

const LONGEST = 128;

/**
 * A name for logs and messages, in quotes and shortened: what it contains cannot be taken for a line
 * of its own, and does nothing to a terminal.
 */
export function quote(name: string): string {
  const shown = name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name;
  return `'${shown.replaceAll(UNSHOWABLE, escaped).replaceAll("'", String.raw`\'`)}'`;
}

function escaped(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}
