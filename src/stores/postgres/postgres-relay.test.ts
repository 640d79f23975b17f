import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pause } from '../../base/timing/pause.ts';
import { memoryStore } from '../memory-store.ts';
import { remember } from './opened-stores.ts';
import { postgresRelay } from './postgres-relay.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Of a database that opens a session after so many ms, and delivers what is sent, or nothing. */
function relayOf({ opensAfter = 0, delivers = true }) {
  let deliver = (_payload: string): void => undefined;
  const query = async (
    _text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly never[]> => {
    if (delivers) for (const payload of values[1] as string[]) deliver(payload);
    return [];
  };
  const session = {
    listen: async (_channel: string, heard: (payload: string) => void) => void (deliver = heard),
    onLost: () => undefined,
    close: vi.fn(async () => undefined),
  };
  const open = async (): Promise<typeof session> => {
    await pause(opensAfter);
    return session;
  };
  const relay = postgresRelay(remember(memoryStore(), { channel: 'c', query, open }));
  const subscribe = async (): Promise<string> => {
    try {
      await relay.subscribe(() => undefined);
      return 'subscribed';
    } catch (error) {
      return String(error);
    }
  };
  const subscribing = subscribe();
  return { subscribing, session };
}

it('L9 a session that takes long to open is no pool in between', async () => {
  const { subscribing } = relayOf({ opensAfter: 9_000 });
  await vi.advanceTimersByTimeAsync(9_000);
  expect(await subscribing).toBe('subscribed');
  expect(vi.getTimerCount()).toBe(0);
});

it('L9 a session that hears nothing within two seconds is behind a pool, and is closed', async () => {
  const { subscribing, session } = relayOf({ delivers: false });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await subscribing).toContain('do not arrive');
  expect(session.close).toHaveBeenCalledOnce();
});
