import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { InFlight } from '../../protocol/in-flight.ts';
import type { OldConnection } from '../../protocol/legacy-port.ts';
import { DirectOutput } from './call-output.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('L13 a question that is asked long after its connection was lost is waited for a minute, too', () => {
  const connection = { isPipe: false, inFlight: new InFlight(), send() {}, end() {} };
  const owner = { left: vi.fn(), closing() {}, cut() {} };
  const output = new DirectOutput(connection as unknown as OldConnection, owner);
  connection.inFlight.cancel('the connection was closed');
  vi.advanceTimersByTime(60_000);
  // A round that runs goes on to its end.
  expect(owner.left).toHaveBeenCalledTimes(1);
  output.ask(['question']);
  vi.advanceTimersByTime(59_999);
  expect(owner.left).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(owner.left).toHaveBeenCalledTimes(2);
  output.leave();
  expect(vi.getTimerCount()).toBe(0);
});
