import { expect, it } from 'vitest';
import { HOSTILE_ERRORS } from './test-support/hostile-errors.ts';
import { shownMessage, shownText } from './shown-text.ts';

it.each([
  ['a\nb\u001b[2J', 'a b [2J'],
  ['a\u009b2J\u202eb\u2028c\ud800', 'a 2J b c '],
  ['名前 é', '名前 é'],
  ['x'.repeat(301), `${'x'.repeat(300)}…`],
])('%j is shown as %j', (text, shown) => {
  expect(shownText(text)).toBe(shown);
});

it.each(HOSTILE_ERRORS)('the message of %s is text', (_what, make) => {
  expect(typeof shownMessage(make())).toBe('string');
});
