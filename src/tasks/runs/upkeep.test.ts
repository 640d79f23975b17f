import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EndMark } from '../contract.ts';
import type { TaskHost } from './task-host.ts';
import { Upkeep } from './upkeep.ts';

function hostWith(onTaskEnd: () => unknown) {
  const settled: [taskId: string, after?: number][] = [];
  const asked: number[] = [];
  const warnings: string[] = [];
  let marks: EndMark[] = [];
  const store = {
    expire: async () => [],
    remove: async () => 0,
    unclaimable: async () => [],
    claimMarks: async (_audience: string, limit: number) => {
      asked.push(limit);
      return marks.splice(0, limit);
    },
    settleMark: async (...mark: [string, number?]) => void settled.push(mark),
  };
  const host = {
    store,
    options: { onTaskEnd, retention: 1 },
    server: { audience: 'a', logger: { warn: () => undefined } },
    tools: { claimable: async () => ({}) },
    wake: () => undefined,
    warn: (what: string) => void warnings.push(what),
  } as unknown as TaskHost;
  const end = (...taskIds: string[]): void => {
    marks = taskIds.map((taskId) => ({ task: { taskId }, attempts: 1 }) as EndMark);
  };
  return { host, settled, asked, warnings, end };
}

describe('K18 calls of onTaskEnd that do not come back', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are tried again after a minute, which is logged', async () => {
    const { host, settled, warnings, end } = hostWith(() => new Promise(() => undefined));
    end('one');
    new Upkeep(host).look();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(settled).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(settled).toEqual([['one', expect.any(Number)]]);
    expect(warnings).toEqual(['onTaskEnd failed for task one']);
  });

  it('are ten at most', async () => {
    const { host, asked, end } = hostWith(() => new Promise(() => undefined));
    const upkeep = new Upkeep(host);
    end(...Array.from({ length: 8 }, (_, i) => String(i)));
    for (const more of [['8', '9', '10'], [], []]) {
      upkeep.look();
      await vi.advanceTimersByTimeAsync(1);
      end(...more);
    }
    expect(asked).toEqual([10, 2]);
  });
});
