import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TaskStore } from '../contract.ts';
import { MissingWorker, workerStarted } from './missing-worker.ts';
import type { TaskHost } from './task-host.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Of one server of a store, and what it has logged. */
function opened(store: object = {}) {
  const warn = vi.fn<(line: string) => void>();
  const host = { store, server: { logger: { warn } }, isClosing: false };
  return { host, warn, missing: new MissingWorker(host as unknown as TaskHost) };
}

it('K1 a worker that is missing is asked for once, five seconds after a task was left to it', () => {
  const { missing, warn } = opened();
  missing.look();
  vi.advanceTimersByTime(4_999);
  missing.look();
  expect(warn).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  missing.look();
  vi.advanceTimersByTime(60_000);
  expect(warn).toHaveBeenCalledOnce();
});

it('K1 a worker is not missing where another server with that store has one', () => {
  const store = {};
  const { missing, warn } = opened(store);
  missing.look();
  workerStarted(store as TaskStore);
  vi.advanceTimersByTime(5_000);
  opened(store).missing.look();
  expect([warn.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
});

it('K1 a worker is not asked for where its server closes', () => {
  const { host, missing, warn } = opened();
  missing.look();
  host.isClosing = true;
  vi.advanceTimersByTime(5_000);
  expect(warn).not.toHaveBeenCalled();
});
