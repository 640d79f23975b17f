import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MissingWorker, workerStarted } from './missing-worker.ts';
import type { TaskHost } from './task-host.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Of one server of a store, and what it has logged. */
function opened(store: object = {}, audience = 'this') {
  const warn = vi.fn<(line: string) => void>();
  const given = { store, server: { logger: { warn }, audience }, isClosing: false };
  const host = given as unknown as TaskHost & { isClosing: boolean };
  return { host, warn, missing: new MissingWorker(host) };
}

it('K1 a worker that is missing is asked for once, five seconds after a task was left to it', () => {
  const { missing, warn } = opened();
  missing.expect();
  vi.advanceTimersByTime(4_999);
  missing.expect();
  expect(warn).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  missing.expect();
  vi.advanceTimersByTime(60_000);
  expect(warn).toHaveBeenCalledOnce();
});

it('K1 a worker is not missing where another server of that store and audience has one', () => {
  const store = {};
  const { missing, warn } = opened(store);
  missing.expect();
  workerStarted(opened(store).host);
  vi.advanceTimersByTime(5_000);
  opened(store).missing.expect();
  expect([warn.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
});

it('K1 a worker of another audience works other tasks', () => {
  const store = {};
  workerStarted(opened(store, 'other').host);
  const { missing, warn } = opened(store);
  missing.expect();
  vi.advanceTimersByTime(5_000);
  expect(warn).toHaveBeenCalledOnce();
});

it('K1 a worker is not asked for where its server closes', () => {
  const { host, missing, warn } = opened();
  missing.expect();
  host.isClosing = true;
  vi.advanceTimersByTime(5_000);
  expect(warn).not.toHaveBeenCalled();
});
