/**
 * One process has a directory. The lock is a socket, which is free as soon as its process has ended,
 * however that was; a file with a process id is not, and is wrong in another container.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rename, rm, stat } from 'node:fs/promises';
import { type Server, type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RondoError } from '../../base/errors.ts';

/** What a path of a socket may have, in bytes, on all systems. */
const LONGEST_PATH = 100;

/** How often to look again whether the other process has ended, in ms. */
const PAUSE = 50;

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * @param directory its real path
 * @param wait for how long, in ms
 * @throws RondoError `directory_in_use`
 */
export async function lockDirectory(directory: string, wait = 5_000): Promise<DirectoryLock> {
  const path = socketOf(directory);
  const until = performance.now() + wait;
  for (;;) {
    const server = await listenOn(path);
    if (server !== undefined) return { release: () => close(server) };
    const holder = await askHolder(path);
    if (holder === undefined) continue;
    if (performance.now() >= until) throw inUse(directory, holder);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

function socketOf(directory: string): string {
  const digest = createHash('sha256').update(directory).digest('hex').slice(0, 32);
  if (process.platform === 'win32') return `\\\\.\\pipe\\rondo-${digest}`;
  const inside = join(directory, 'rondo.lock');
  if (Buffer.byteLength(inside) <= LONGEST_PATH) return inside;
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
    if ((error as { code?: unknown }).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** The process that has it; `undefined` once it is free. */
async function askHolder(path: string): Promise<string | undefined> {
  const before = await inodeOf(path);
  if (before === undefined) return undefined;
  try {
    return await readPid(connect(path));
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ECONNREFUSED') await removeDead(path, before);
    else if (code !== 'ENOENT') throw error;
    return undefined;
  }
}

async function readPid(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').setTimeout(1_000, () => socket.destroy());
  await once(socket, 'connect');
  for await (const part of socket) text += part;
  return /^\d{1,10}$/.test(text) ? text : 'unknown';
}

/** Moved away first: what another process may have put there since is put back. */
async function removeDead(path: string, inode: number): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await inodeOf(aside)) === inode) await rm(aside, { force: true });
  else await rename(aside, path);
}

async function inodeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.ino;
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}

function inUse(directory: string, pid: string): RondoError {
  return new RondoError(
    'directory_in_use',
    `Another store has ${directory}: process ${pid}. One process at a time can use it; for several, ` +
      'there is postgresStore().',
  );
}
