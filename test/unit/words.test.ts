import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RETIRED, retiredWords } from '../../scripts/words.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

function sources(): Map<string, string> {
  const paths = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' });
  return new Map(
    paths
      .filter((path) => path.endsWith('.ts'))
      .map((path) => [`src/${path}`, readFileSync(`${root}src/${path}`, 'utf8')]),
  );
}

describe('words', () => {
  it('no file and no identifier of src/ uses a retired word', () => {
    expect(retiredWords(sources())).toEqual([]);
  });

  it.each([
    ['a file', 'src/state/state-box.ts', 'export {};'],
    ['a class', 'src/a.ts', 'export class ToolBook {}'],
    ['a member', 'src/a.ts', 'export interface A { readonly handState: string }'],
    ['a private field', 'src/a.ts', 'export class A { #place = 1 }'],
    ['a constant', 'src/a.ts', 'const MAX_TOLD = 5; export { MAX_TOLD }'],
    ['a parameter', 'src/a.ts', 'export function a(place: string): string { return place }'],
  ])('a retired word in the name of %s is found', (_, path, text) => {
    expect(retiredWords(new Map([[path, text]]))).toHaveLength(1);
  });

  it('longer words that contain a retired one are not', () => {
    const text = 'export const placeholder = 1, handler = 2, typebox = 3, replace = 4;';
    expect(retiredWords(new Map([['src/handler.ts', text]]))).toEqual([]);
  });

  it('docs/words.md names every retired word', () => {
    const page = readFileSync(`${root}docs/words.md`, 'utf8').split(
      '## Words that are not used',
    )[1]!;
    const stems = RETIRED.filter(
      (word) => !RETIRED.some((other) => other !== word && isForm(word, other)),
    );
    expect(stems.filter((word) => !page.includes(word))).toEqual([]);
  });
});

/** `places` and `placed` are forms of `place`. */
function isForm(word: string, of: string): boolean {
  return word.length > of.length && word.startsWith(of);
}
