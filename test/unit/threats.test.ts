/** The tests that docs/security.md names are there, and say what it says. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/security.md`, 'utf8');

/** The rows of its tables, without their heads. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:attack|-)/.test(line));

/** `file` (words of a title, words of another). */
const NAMED = /`(?<file>(?:src|test)\/[^`]+\.test\.ts)`(?: \((?<words>[^)]*)\))?/g;

function namedIn(text: string): { file: string; words: string[] }[] {
  return Array.from(text.matchAll(NAMED), ({ groups }) => ({
    file: groups!['file']!,
    words: groups!['words']?.split(', ') ?? [],
  }));
}

it('each attack in docs/security.md names a test', () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((row) => namedIn(row).length === 0)).toEqual([]);
});

it('each test that docs/security.md names is there, with these words in it', () => {
  const missing = namedIn(page).flatMap(({ file, words }) => {
    if (!existsSync(root + file)) return [file];
    const text = readFileSync(root + file, 'utf8');
    return words.filter((each) => !text.includes(each)).map((each) => `${file}: ${each}`);
  });
  expect(missing).toEqual([]);
});
