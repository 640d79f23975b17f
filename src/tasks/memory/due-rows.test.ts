import { expect, it, vi } from 'vitest';
import type { Claimable, NewTask } from '../contract.ts';
import { MemoryRow } from './memory-row.ts';
import { MemoryTasks } from './memory-tasks.ts';

/** Counts how often a claim looks whether its worker has a tool. */
class CountedTools extends Map<string, readonly string[]> {
  looks = 0;
  override get(tool: string): readonly string[] | undefined {
    this.looks++;
    return super.get(tool);
  }
}

function task(taskId: string, target = 'work'): NewTask {
  return {
    taskId,
    flowId: taskId,
    audience: 'a',
    target,
    version: '1',
    principal: taskId,
    request: 'r',
    call: { keyId: 'k', text: 'call' },
    ttl: 1e9,
    marksEnd: false,
    maxUnfinished: 10,
  };
}

function claimable(): Claimable & { readonly targets: CountedTools } {
  return { audience: 'a', targets: new CountedTools([['work', ['1']]]), keyIds: ['k'] };
}

/** How often a claim looks, beside so many tasks that wait. */
async function looksBeside(waiting: number): Promise<number> {
  const store = new MemoryTasks(() => 0);
  for (let n = 0; n < waiting; n++) await store.create({ ...task(`waiting ${n}`), lease: n + 1 });
  for (let n = 0; n < 5; n++) await store.create(task(`due ${n}`));
  const what = claimable();
  const { tasks, nextIn } = await store.claim(what, 10, 1e6);
  expect([tasks.length, nextIn]).toEqual([5, 1]);
  return what.targets.looks;
}

it('K1 a claim in memory looks at as many rows beside 2,000 waiting tasks as beside 100', async () => {
  expect(await looksBeside(2_000)).toBe(await looksBeside(100));
});

/** How many rows are looked at to create, find and remove tasks, beside so many that wait. */
async function rowsBeside(waiting: number): Promise<number> {
  const store = new MemoryTasks(() => 0);
  for (let n = 0; n < waiting; n++) await store.create(task(`waiting ${n}`));
  const looks = vi.spyOn(MemoryRow.prototype, 'isGone');
  try {
    const ended = await store.create({ ...task('ended'), ttl: 0, idempotency: 'key' });
    expect(await store.find({ flowId: 'ended' })).toBeDefined();
    expect(await store.find({ idempotency: 'key' })).toBeDefined();
    expect(await store.find({ flowId: 'nothing' })).toBeUndefined();
    if (ended.type === 'created') await store.expire(10, 0);
    expect(await store.remove(10)).toBe(1);
    return looks.mock.calls.length;
  } finally {
    looks.mockRestore();
  }
}

it('creating, finding and removing tasks in memory looks at as many rows beside 2,000 as beside 100', async () => {
  expect(await rowsBeside(2_000)).toBe(await rowsBeside(100));
});

it('K1 rows in memory are claimed by their times, however these change', async () => {
  let now = 0;
  const store = new MemoryTasks(() => now);
  const times = new Map<string, number>();
  let seed = 1;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let n = 0; n < 200; n++) {
    const lease = random(1_000) + 1;
    await store.create({ ...task(`t${n}`), lease });
    times.set(`t${n}`, lease);
  }
  for (let n = 0; n < 300; n++) {
    const taskId = `t${random(200)}`;
    const released = { seen: 1, after: random(1_000) + 1 };
    const due = await store.release({ taskId, epoch: await epochOf(taskId) }, released);
    times.set(taskId, due);
  }
  for (let n = 0; n < 20; n++) {
    const taskId = `t${random(200)}`;
    await store.cancel(taskId, 1e6);
    times.delete(taskId);
  }
  const expected = [...times].toSorted(([, a], [, b]) => a - b).map(([, due]) => due);
  const claimed: number[] = [];
  while (claimed.length < expected.length) {
    const { tasks, nextIn } = await store.claim(claimable(), 3, 1e9);
    claimed.push(...tasks.map(({ taskId }) => times.get(taskId)!));
    if (tasks.length === 0) now += nextIn!;
  }
  expect(claimed).toEqual(expected);

  /** Raises it once, as who claims the task would. */
  async function epochOf(taskId: string): Promise<number> {
    epochs.set(taskId, (epochs.get(taskId) ?? 0) + 1);
    return epochs.get(taskId)!;
  }
});

const epochs = new Map<string, number>();
