import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ActiveResponses } from './active-responses.ts';

/** A response, at once on its connection or queued behind others. */
function added(active: ActiveResponses, socket: EventEmitter, isQueued: boolean) {
  const response = Object.assign(new EventEmitter(), { socket: isQueued ? null : socket });
  let closed = 0;
  active.add(
    { socket } as unknown as IncomingMessage,
    response as unknown as ServerResponse,
    () => void closed++,
  );
  return { response, closed: () => closed };
}

async function isIdle(active: ActiveResponses): Promise<boolean> {
  const others = new Promise<boolean>((resolve) => setImmediate(resolve, false));
  return Promise.race([active.idle().then(() => true), others]);
}

describe('responses that have not been sent', () => {
  it('are none at first', async () => expect(await isIdle(new ActiveResponses())).toBe(true));

  it.each([false, true])('are those that have not closed (queued: %s)', async (isQueued) => {
    const active = new ActiveResponses();
    const socket = new EventEmitter();
    const [one, two] = [added(active, socket, isQueued), added(active, socket, isQueued)];
    one.response.emit('close');
    expect([one.closed(), two.closed(), await isIdle(active)]).toEqual([1, 0, false]);
    const idle = active.idle();
    two.response.emit('close');
    await idle;
    expect(await isIdle(active)).toBe(true);
  });

  it('end with their connection while they are queued on it, once', async () => {
    const active = new ActiveResponses();
    const socket = new EventEmitter();
    const [one, two, three] = [1, 2, 3].map(() => added(active, socket, true)) as [
      ReturnType<typeof added>,
      ReturnType<typeof added>,
      ReturnType<typeof added>,
    ];
    one.response.emit('close');
    socket.emit('close');
    two.response.emit('close');
    expect([one.closed(), two.closed(), three.closed()]).toEqual([1, 1, 1]);
    expect(await isIdle(active)).toBe(true);
  });

  it('have one listener for each connection, however many are queued', () => {
    const active = new ActiveResponses();
    const [socket, other] = [new EventEmitter(), new EventEmitter()];
    const responses = Array.from({ length: 20 }, () => added(active, socket, true));
    const apart = added(active, other, true);
    expect([socket.listenerCount('close'), other.listenerCount('close')]).toEqual([1, 1]);
    socket.emit('close');
    expect(responses.every(({ closed }) => closed() === 1)).toBe(true);
    expect(apart.closed()).toBe(0);
  });
});
