import { describe, expect, it } from 'vitest';
import { quote } from './quote.ts';

describe('a name in a log', () => {
  it.each([
    ['plan', "'plan'"],
    ['名前 é', "'名前 é'"],
    ['a\nb', String.raw`'a\u{a}b'`],
    ['\u001b[31mred', String.raw`'\u{1b}[31mred'`],
    ['\u009b2J', String.raw`'\u{9b}2J'`],
    ['a\u202eb', String.raw`'a\u{202e}b'`],
    ['a\u2028b', String.raw`'a\u{2028}b'`],
    ['\ud800', String.raw`'\u{d800}'`],
    ["it's", String.raw`'it\'s'`],
    ['x'.repeat(129), `'${'x'.repeat(128)}…'`],
  ])('%j is shown as %s', (name, shown) => {
    expect(quote(name)).toBe(shown);
  });
});
