import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { attempt } from '../../base/thrown.ts';
import { lockDirectory } from './directory-lock.ts';

async function temporaryDirectory(name = 'rondo-lock-'): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), name));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

test('a directory that is locked is refused, with the process that has it', async () => {
  const directory = await temporaryDirectory();
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory, 0)).rejects.toMatchObject({
    code: 'directory_in_use',
    message: expect.stringContaining(`process ${process.pid}.`),
  });
  await lock.release();
  await (await lockDirectory(directory, 0)).release();
});

test('a directory of a process that is too busy to say its id is refused as well', async () => {
  const directory = await temporaryDirectory();
  const holder = createServer((socket) => void socket.on('error', () => undefined));
  onTestFinished(() => void holder.close());
  await once(holder.listen(join(directory, 'rondo.lock')), 'listening');
  await expect(lockDirectory(directory, 0)).rejects.toMatchObject({
    code: 'directory_in_use',
    message: expect.stringContaining('another process'),
  });
});

test('who waits for a directory has it when it is released', async () => {
  const directory = await temporaryDirectory();
  const lock = await lockDirectory(directory);
  const waiting = lockDirectory(directory, 60_000);
  await lock.release();
  await (await waiting).release();
});

test('a directory whose path is too long for a socket is locked as well', async () => {
  const directory = await temporaryDirectory('x'.repeat(120));
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory, 0)).rejects.toMatchObject({ code: 'directory_in_use' });
  await lock.release();
});

/** A socket that nobody listens on any more, as a killed process leaves it. */
async function leaveDead(path: string): Promise<void> {
  const holding = `require('net').createServer().listen(process.argv[1], () => console.log('ready'))`;
  const child = spawn(process.execPath, ['-e', holding, path]);
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('the lock of a process that was killed is free, for one of those who want it', async () => {
  for (let i = 0; i < 10; i++) {
    const directory = await temporaryDirectory();
    await leaveDead(join(directory, 'rondo.lock'));
    const attempts = Array.from({ length: 12 }, () => lockDirectory(directory, 0));
    const settled = await Promise.allSettled(attempts);
    const locks = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(locks).toHaveLength(1);
    await locks[0]!.release();
  }
});

test('a removal that its process did not survive holds nobody up for long', async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, 'rondo.lock');
  await leaveDead(path);
  await mkdir(`${path}.removing`);
  const past = new Date(Date.now() - 60_000);
  await utimes(`${path}.removing`, past, past);
  await (await lockDirectory(directory, 0)).release();
});

/** A file system of its own; nothing, where this process may not mount one. */
function mounted(path: string): boolean {
  const args = ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path];
  const has = attempt(() => execFileSync('mount', args, { stdio: 'pipe' })) !== undefined;
  if (has) onTestFinished(() => void execFileSync('umount', [path]));
  return has;
}

test('the lock of a process that was killed, where nothing can be written, is an error', async () => {
  const directory = await temporaryDirectory();
  if (!mounted(directory)) {
    return void console.warn(
      'A read-only directory is not tested here: root of Linux has to run it',
    );
  }
  await leaveDead(join(directory, 'rondo.lock'));
  execFileSync('mount', ['-o', 'remount,ro', directory]);
  await expect(lockDirectory(directory, 0)).rejects.toMatchObject({ code: 'EROFS' });
});
