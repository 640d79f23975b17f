import { expect, it } from 'vitest';
import type { TaskRecord } from '../../tasks/contract.ts';
import { BatchedReads } from './batched-reads.ts';

/** Reads that end when they are told to. */
function openReads() {
  const begun: (readonly string[])[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const reads = new BatchedReads((taskIds) => {
    begun.push(taskIds);
    return new Promise((resolve, reject) => {
      ends.push((error) => {
        if (error !== undefined) return reject(error);
        const found = taskIds.filter((taskId) => taskId !== 'unknown');
        resolve(found.map((taskId) => ({ taskId }) as TaskRecord));
      });
    });
  });
  return { reads, begun, ends };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('K4 reads that are asked for while others run are one statement, which begins after them', async () => {
  const { reads, begun, ends } = openReads();
  const all = ['a', 'b', 'c', 'c', 'unknown'].map((taskId) => reads.read(taskId));
  expect(begun).toEqual([['a'], ['b']]);
  ends[0]!();
  expect(await all[0]).toEqual({ taskId: 'a' });
  await turn();
  expect(begun).toEqual([['a'], ['b'], ['c', 'unknown']]);
  ends[1]!();
  ends[2]!();
  const ids = (await Promise.all(all)).map((task) => task?.taskId);
  expect(ids).toEqual(['a', 'b', 'c', 'c', undefined]);
});

it('reads of single tasks are at most 20 in a statement, and those behind one that fails go on', async () => {
  const { reads, begun, ends } = openReads();
  const all = Array.from({ length: 30 }, (_, n) => reads.read(`t${n}`).catch(() => 'failed'));
  ends[0]!();
  ends[1]!();
  await turn();
  expect(begun.map(({ length }) => length)).toEqual([1, 1, 20, 8]);
  ends[2]!(new Error('the store failed'));
  ends[3]!();
  const ended = await Promise.all(all);
  expect(ended.filter((each) => each === 'failed')).toHaveLength(20);
  expect(ended.at(-1)).toEqual({ taskId: 't29' });
});
