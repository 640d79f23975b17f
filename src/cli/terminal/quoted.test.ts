import { expect, it } from 'vitest';
import { quoted } from './quoted.ts';

it.each([
  ['flow.json', 'flow.json'],
  ['/a/b_c-1.json', '/a/b_c-1.json'],
  ['my flow.json', "'my flow.json'"],
  ["it's", String.raw`'it'\''s'`],
  ['$(x)', "'$(x)'"],
  ['', "''"],
])('the word %j is %s in a command that is shown', (word, shown) => {
  expect(quoted(word)).toBe(shown);
});
