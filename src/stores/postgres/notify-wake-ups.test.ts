import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { stderrLogger } from '../../base/logging/logger.ts';
import { NotifyWakeUps } from './notify-wake-ups.ts';

let warn: { readonly mock: { readonly calls: readonly unknown[] } };

beforeEach(() => {
  vi.useFakeTimers();
  warn = vi.spyOn(stderrLogger, 'warn').mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Wake-ups whose database sends and delivers when the test says so. */
async function listening() {
  let send = (): void => undefined;
  const sent = new Promise<readonly never[]>((resolve) => (send = () => resolve([])));
  let deliver = (_payload: string): void => undefined;
  let payload = '';
  const session = {
    listen: async (_channel: string, on: (payload: string) => void) => void (deliver = on),
    onLost: () => undefined,
    close: async () => undefined,
  };
  const query = (_text: string, values: readonly unknown[] = []): Promise<readonly never[]> => {
    [payload] = values[1] as [string];
    return sent;
  };
  const wakeUps = new NotifyWakeUps({ query, channel: 'c', open: async () => session });
  onTestFinished(() => wakeUps.close());
  wakeUps.listen(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  return { wakeUps, send: () => send(), arrive: () => deliver(payload) };
}

it('K12 a notification that has waited for a connection is not late', async () => {
  const { wakeUps, send, arrive } = await listening();
  await vi.advanceTimersByTimeAsync(60_000);
  send();
  arrive();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([wakeUps.isDirect, warn.mock.calls.length]).toEqual([true, 0]);
});

it('K12 where a notification is late all tasks are looked at each second, until it arrives', async () => {
  const { wakeUps, send, arrive } = await listening();
  send();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([wakeUps.isDirect, warn.mock.calls.length]).toEqual([false, 1]);
  arrive();
  expect(wakeUps.isDirect).toBe(true);
});

it('K12 whoever closes it while a notification is on its way is not warned, and nothing is left', async () => {
  const { wakeUps, send } = await listening();
  send();
  await vi.advanceTimersByTimeAsync(100);
  await wakeUps.close();
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([vi.getTimerCount(), warn.mock.calls.length]).toEqual([0, 0]);
});
