import { readFileSync } from 'node:fs';
import { UsageError } from '../failure.ts';
import { messageOf } from '../../base/thrown.ts';

/** RFC 9110: the characters a header's name is made of. */
const HEADER =
  /^(?<name>[!#$%&'*+\-.^_`|~\w]+):[ \t]*(?<value>(?:[\x21-\x7e\x80-\xff][\t\x20-\x7e\x80-\xff]*)?)$/;

/**
 * Reads headers: `Name: value`, or `@file` with one on each line, which keeps them out of the list
 * of processes.
 *
 * @throws UsageError without showing values
 */
export function parseHeaders(given: readonly string[]): Record<string, string> {
  const lines = given.flatMap((text) => (text.startsWith('@') ? readLines(text.slice(1)) : [text]));
  return Object.fromEntries(lines.map(parseHeader));
}

function parseHeader(line: string): [string, string] {
  const match = HEADER.exec(line.trim());
  if (match === null)
    throw new UsageError("--header needs 'Name: value', or @file with one a line.");
  return [match.groups!['name']!, match.groups!['value']!];
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
  } catch (error) {
    throw new UsageError(`--header @${path} cannot be read: ${messageOf(error)}`);
  }
}
