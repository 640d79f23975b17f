import { expect, it, vi } from 'vitest';
import { runWithin } from './run-within.ts';

const MISBEHAVES: [string, (run: () => string) => unknown][] = [
  ['calls it and returns nothing', (run) => void run()],
  ['does not call it', () => 'other'],
  ['calls it twice', (run) => [run(), run()]],
  [
    'throws before',
    () => {
      throw new Error('around');
    },
  ],
  [
    'throws after',
    (run) => {
      run();
      throw new Error('around');
    },
  ],
  ['calls it too late', async (run) => setTimeout(run)],
];

it.each(MISBEHAVES)(
  'what runs is called once, and its result counts, if what is around it %s',
  (_, around) => {
    const run = vi.fn(() => 'own');
    expect(runWithin(around, run)).toBe('own');
    expect(run).toHaveBeenCalledOnce();
  },
);

it('what runs may throw, through what is around it', () => {
  const run = vi.fn(() => {
    throw new Error('own');
  });
  expect(() => runWithin((inner) => inner(), run)).toThrow('own');
  expect(() => runWithin(() => undefined, run)).toThrow('own');
  expect(run).toHaveBeenCalledTimes(2);
});

it('a rejection is of what ran, and of nothing else', async () => {
  const own = new Error('own');
  const run = (): Promise<never> => Promise.reject(own);
  await expect(runWithin(async (inner) => void (await inner()), run)).rejects.toBe(own);
});
