import { expect, it } from 'vitest';
import { Recent } from './recent.ts';

it('what was added last is remembered, and what was added long before is not', () => {
  const recent = new Recent<number>(100);
  for (let i = 0; i < 1_050; i++) {
    recent.add(i);
    const first = Math.max(0, i - 99);
    expect([recent.has(first), recent.has(i), recent.has(i - 200)]).toEqual([true, true, false]);
  }
  expect(recent.has(2_000)).toBe(false);
});
