import { readFileSync } from 'node:fs';
import { UsageError } from '../failure.ts';
import { why } from '../system-words.ts';

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
  return Object.fromEntries(
    given.flatMap((text) => (text.startsWith('@') ? readHeaders(text.slice(1)) : [inWords(text)])),
  );
}

function inWords(text: string): [string, string] {
  const header = parseHeader(text);
  if (header !== undefined) return header;
  throw new UsageError("--header needs 'Name: value', or @file with one a line.");
}

function parseHeader(line: string): [string, string] | undefined {
  const match = HEADER.exec(line.trim());
  return match === null ? undefined : [match.groups!['name']!, match.groups!['value']!];
}

function readHeaders(path: string): [string, string][] {
  const lines = readText(path).split('\n');
  const headers = lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const header = parseHeader(line);
    if (header !== undefined) return [header];
    throw new UsageError(`--header @${path}: line ${index + 1} is not 'Name: value'.`);
  });
  if (headers.length === 0) throw new UsageError(`--header @${path}: there is no header in it.`);
  return headers;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--header @${path} cannot be read: ${why(error)}.`);
  }
}
