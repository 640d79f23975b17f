import { expect, it } from 'vitest';
import type { TaskStore } from '../contract.ts';
import { TaskWrites } from './task-writes.ts';

const ENTRY = { key: 'a', content: { keyId: 'k', text: 'entry' } };

function writesOf(isNewClaim: boolean): { writes: TaskWrites; notes: string[] } {
  const notes: string[] = [];
  const store = {
    append: async (_: unknown, entries: readonly unknown[]) =>
      notes.push(`append ${entries.length}`),
  } as unknown as TaskStore;
  const of = {
    host: { store },
    lease: { taskId: 't', epoch: 1 },
    write: <T>(work: () => Promise<T>) => work(),
    renew: async () => void notes.push('renew'),
    asked: () => undefined,
  };
  return { writes: new TaskWrites(of, { isNewClaim }), notes };
}

it('K2 before the first step under a claim that nothing was written under, it is renewed', async () => {
  const { writes, notes } = writesOf(true);
  expect(writes.areSafe).toBe(false);
  await writes.makeSafe();
  expect(writes.areSafe).toBe(true);
  expect(notes).toEqual(['renew']);
});

it('K2 an entry that is written makes the claim as safe', async () => {
  const { writes, notes } = writesOf(true);
  writes.hold([ENTRY]);
  await writes.makeSafe();
  expect(writes.areSafe).toBe(true);
  expect(notes).toEqual(['append 1']);
});

it('K3 entries that are held back are written before a step, whatever the claim', async () => {
  const { writes, notes } = writesOf(false);
  expect(writes.areSafe).toBe(true);
  writes.hold([ENTRY]);
  expect(writes.areSafe).toBe(false);
  await writes.makeSafe();
  expect(writes.areSafe).toBe(true);
  expect(notes).toEqual(['append 1']);
});
