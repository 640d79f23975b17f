import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Loopback } from './loopback.ts';

const STATE = 'a-state-of-a-login';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function open(): Promise<Loopback> {
  const loopback = await Loopback.open(undefined);
  closers.push(() => loopback.close());
  return loopback;
}

async function send({ redirectUri }: Loopback, target: string): Promise<Socket> {
  const { host, port } = new URL(redirectUri);
  const socket = connect(Number(port), '127.0.0.1');
  closers.push(() => socket.destroy());
  await once(socket, 'connect');
  socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  return socket;
}

async function statusOf(loopback: Loopback, target: string): Promise<string> {
  const [head] = (await once(await send(loopback, target), 'data')) as [Buffer];
  return head.toString('latin1').slice(9, 12);
}

describe('A31 what waits for the browser to come back', () => {
  it.each([
    '//',
    '///',
    '//[',
    '/\\',
    '//@:0',
    '*',
    'http://[',
    'http://a:99999/',
    '/%',
    '/callback?state=',
  ])('refuses %s of another program, and goes on waiting', async (target) => {
    const loopback = await open();
    const arrived = loopback.callback(STATE);
    expect(await statusOf(loopback, target)).toBe('404');
    const path = `/callback?state=${STATE}&code=c`;
    expect(await statusOf(loopback, path)).toBe('200');
    expect(await arrived).toBe(new URL(path, loopback.redirectUri).href);
  });
});
