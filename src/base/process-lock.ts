/**
 * One process at a time has something. The lock is a socket, which is free as soon as its process has
 * ended, however that was; a file with a process id is not, and is wrong in another container.
 */
import { pause } from './timing/pause.ts';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm, rmdir, stat } from 'node:fs/promises';
import { type Server, type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a path of a socket may have, in bytes, on all systems. */
const LONGEST_PATH = 100;

/** How often to look again whether the other process has ended, in ms. */
const PAUSE = 50;

/** How long to wait for the other process to say its id, in ms. */
const PATIENCE = 1_000;

/** How long removing the socket of a process that has ended takes, in ms. */
const REMOVAL = 10;

/** After how long nobody is removing it any more, in ms. */
const ABANDONED = 10_000;

export interface ProcessLock {
  release(): Promise<void>;
}

/**
 * @param what the real path of what is locked
 * @param socket where its socket is, if that is not too long for one
 * @param inUse makes the error from who has it: `process 42`, or `another process`
 * @param wait for how long, in ms
 * @throws what `inUse` makes; the system's error if no socket can be made
 */
export async function lockPath(
  what: string,
  socket: string,
  inUse: (holder: string) => Error,
  wait: number,
): Promise<ProcessLock> {
  const path = socketOf(what, socket);
  const until = performance.now() + wait;
  for (;;) {
    const server = await listenOn(path);
    if (server !== undefined) return { release: () => close(server) };
    const holder = await askHolder(path);
    if (holder === undefined) continue;
    if (performance.now() >= until) throw inUse(holder);
    await pause(PAUSE);
  }
}

function socketOf(what: string, socket: string): string {
  const digest = createHash('sha256').update(what).digest('hex').slice(0, 32);
  if (process.platform === 'win32') return `\\\\.\\pipe\\rondo-${digest}`;
  if (Buffer.byteLength(socket) <= LONGEST_PATH) return socket;
  return join(tmpdir(), `rondo-${digest}.lock`);
}

/** `undefined` if somebody has it, or had it. */
async function listenOn(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(String(process.pid));
  });
  server.unref();
  server.listen(path);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) return undefined;
    throw error;
  }
}

/** The process that has it; `undefined` once it is free. */
async function askHolder(path: string): Promise<string | undefined> {
  try {
    return await readHolder(connect(path));
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ECONNREFUSED') await removeDead(path);
    // It has been released, or is being released: it was connected to, and nobody answered.
    else if (code !== 'ENOENT' && code !== 'ECONNRESET' && code !== 'EPIPE') throw error;
    return undefined;
  }
}

/** A process that is too busy to answer has the lock all the same. */
async function readHolder(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').setTimeout(PATIENCE, () => socket.destroy());
  socket.on('data', (part) => (text += String(part)));
  await once(socket, 'close');
  return /^\d{1,10}$/.test(text) ? `process ${text}` : 'another process';
}

/**
 * Removes the socket of a process that has ended. One process at a time does: between its looking and
 * its removing, nobody else can have put a socket there.
 */
async function removeDead(path: string): Promise<void> {
  const removing = `${path}.removing`;
  if (!(await isFirst(removing))) return pause(REMOVAL);
  try {
    // A socket that has just been made is refused as well, for a moment.
    if (!(await isDead(path))) return;
    await pause(REMOVAL);
    if (await isDead(path)) await rm(path, { force: true });
  } finally {
    await rmdir(removing).catch(() => undefined);
  }
}

async function isFirst(removing: string): Promise<boolean> {
  try {
    await mkdir(removing);
    return true;
  } catch (error) {
    // Where nothing can be written, nobody ever removes it.
    if (!hasCode(error, 'EEXIST')) throw error;
    const made = await stat(removing).catch(() => undefined);
    // Whoever made it has ended before it was done.
    const isAbandoned = made !== undefined && Date.now() - made.mtimeMs > ABANDONED;
    if (isAbandoned) await removeAbandoned(removing);
    return false;
  }
}

/** Another process may have been quicker. */
async function removeAbandoned(removing: string): Promise<void> {
  try {
    await rmdir(removing);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

async function isDead(path: string): Promise<boolean> {
  try {
    await readHolder(connect(path));
    return false;
  } catch (error) {
    return hasCode(error, 'ECONNREFUSED');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return (error as { code?: unknown }).code === code;
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}
