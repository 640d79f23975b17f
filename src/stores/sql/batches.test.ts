import { expect, it } from 'vitest';
import { Batches } from './batches.ts';

/** Calls that end when they are told to; `unknown` is not found. */
function openCalls(sizeOf?: (call: string) => number) {
  const begun: (readonly string[])[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const run = (calls: readonly string[]): Promise<(string | undefined)[]> => {
    begun.push(calls);
    return new Promise((resolve, reject) => {
      ends.push((error) => {
        if (error !== undefined) return reject(error);
        resolve(calls.map((call) => (call === 'unknown' ? undefined : `of ${call}`)));
      });
    });
  };
  const batches = new Batches(run, { most: 20, ...(sizeOf && { sizeOf }) });
  return { batches, begun, ends };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('K4 calls that are made while others run are one statement, which begins after them', async () => {
  const { batches, begun, ends } = openCalls();
  const all = ['a', 'b', 'c', 'unknown', 'c'].map((call) => batches.add(call));
  expect(begun).toEqual([['a'], ['b']]);
  ends[0]!();
  expect(await all[0]).toBe('of a');
  await turn();
  expect(begun).toEqual([['a'], ['b'], ['c', 'unknown', 'c']]);
  ends[1]!();
  ends[2]!();
  expect(await Promise.all(all)).toEqual(['of a', 'of b', 'of c', undefined, 'of c']);
});

it('calls of one statement have a limit together, which one alone may pass', async () => {
  const { batches, begun, ends } = openCalls(Number);
  const all = ['1', '1', '9', '9', '9', '30', '5'].map((call) => batches.add(call));
  for (let i = 0; i < 6; i++) {
    ends[i]?.();
    await turn();
  }
  expect(begun).toEqual([['1'], ['1'], ['9', '9'], ['9'], ['30'], ['5']]);
  await Promise.all(all);
});

it('calls of a statement that fails are tried alone, and those behind it go on', async () => {
  const { batches, begun, ends } = openCalls();
  const all = Array.from({ length: 24 }, (_, n) => batches.add(`${n}`).catch(() => 'failed'));
  ends[0]!();
  await turn();
  expect(begun.map(({ length }) => length)).toEqual([1, 1, 20]);
  ends[2]!(new Error('one of them is wrong'));
  await turn();
  expect(begun.slice(3).map(({ length }) => length)).toEqual(Array(20).fill(1));
  ends[3]!(new Error('this one'));
  for (const end of ends.slice(4)) end();
  ends[1]!();
  await turn();
  ends.at(-1)!();
  const ended = await Promise.all(all);
  expect(ended.filter((each) => each === 'failed')).toHaveLength(1);
  expect(ended.at(-1)).toBe('of 23');
});
