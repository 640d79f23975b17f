/** The short version of `npm run fuzz`: what had answers unlike each other, and a few hundred more. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fuzz } from '../fuzz/fuzz.ts';

const file = new URL('../fuzz/corpus.json', import.meta.url);
const corpus = JSON.parse(readFileSync(file, 'utf8')) as number[];

it('SE-1 AU-6 S3 mutated requests leave the server up, get no 5xx, and nothing of another caller', async () => {
  const more = Array.from({ length: 300 }, (_, i) => i);
  const { sent, answers, wrong } = await fuzz({ seed: 1, numbers: [...corpus, ...more] });
  expect(wrong).toEqual([]);
  expect(sent).toBe(corpus.length + more.length);
  expect(answers).toBeGreaterThan(30);
});
