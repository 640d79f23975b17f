import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeptSession } from './kept-session.ts';
import type { Session } from './session.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A database whose sessions can be lost, and may refuse to listen. */
function database() {
  const open = new Set<Session>();
  const state = { opened: 0, listen: async (_lost: () => void): Promise<void> => undefined };
  let lose = (): void => undefined;
  const openOne = async (): Promise<Session> => {
    state.opened++;
    let lost = (): void => undefined;
    const session: Session = {
      onLost: (listener) => void (lose = lost = listener),
      listen: () => state.listen(lost),
      close: async () => void open.delete(session),
    };
    open.add(session);
    return session;
  };
  const kept = new KeptSession({ channel: 'c', heard: () => undefined, open: openOne });
  return { kept, open, state, lose: () => lose() };
}

it.each([
  ['its connection is lost as it listens', (lost: () => void): void => lost()],
  ['listening is refused', (): void => undefined],
])(
  'L9 where %s a session is opened again once a second, and one is open in the end',
  async (...of) => {
    const { kept, open, state, lose } = database();
    await kept.start();
    state.listen = async (lost) => {
      of[1](lost);
      throw new Error('Connection terminated');
    };
    lose();
    await vi.advanceTimersByTimeAsync(8_500);
    expect([state.opened, open.size]).toEqual([9, 0]);
    state.listen = async () => undefined;
    await vi.advanceTimersByTimeAsync(5_000);
    expect([state.opened, open.size]).toEqual([10, 1]);
    await kept.stop();
    expect([open.size, vi.getTimerCount()]).toEqual([0, 0]);
  },
);

it('L9 the first session that cannot listen is closed, and not opened again', async () => {
  const { kept, open, state } = database();
  state.listen = async () => {
    throw new Error('no');
  };
  await expect(kept.start()).rejects.toThrow('no');
  expect([open.size, vi.getTimerCount()]).toEqual([0, 0]);
});
