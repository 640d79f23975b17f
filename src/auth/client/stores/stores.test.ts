import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuthStore } from './auth-store.ts';
import { fileStore } from './file-store.ts';
import { memoryAuthStore } from './memory-store.ts';

vi.mock('node:os', async (original) => {
  const os = await original<typeof import('node:os')>();
  return { ...os, homedir: vi.fn(os.homedir) };
});

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'rondo-auth-')), 'kept');
});
afterEach(() => rm(join(directory, '..'), { recursive: true }));

describe.each<[string, () => AuthStore]>([
  ['in memory', memoryAuthStore],
  ['in files', () => fileStore({ directory })],
])('(A22) a store %s', (_what, make) => {
  it('keeps what is set, until it is deleted', async () => {
    const store = make();
    expect(await store.get('a')).toBeUndefined();
    await store.set('a', 'one');
    await store.set('a', 'two');
    await store.set('../b', 'three');
    expect([await store.get('a'), await store.get('../b')]).toEqual(['two', 'three']);
    await store.delete('a');
    await store.delete('a');
    expect([await store.get('a'), await store.get('../b')]).toEqual([undefined, 'three']);
  });

  it('lets one at a time have the lock of a key, also after one that failed', async () => {
    const store = make();
    let inside = 0;
    let most = 0;
    const work = async (): Promise<number> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      if (most === 0) throw new Error('never');
      return inside;
    };
    const failing = store.lock('k', async () => {
      throw new Error('mine');
    });
    const all = [store.lock('k', work), store.lock('k', work), store.lock('k', work)];
    await expect(failing).rejects.toThrow('mine');
    expect(await Promise.all(all)).toEqual([0, 0, 0]);
    expect(most).toBe(1);
  });

  it('lets other keys be locked meanwhile', async () => {
    const store = make();
    await expect(store.lock('a', () => store.lock('b', async () => 'both'))).resolves.toBe('both');
  });
});

it('(A22) files are for their user alone, whole, and without keys in their names', async () => {
  const store = fileStore({ directory });
  await store.set('tokens of ada', 'secret');
  await store.set('tokens of ada', 'secret');
  const names = await readdir(directory);
  expect(names).toHaveLength(1);
  expect(names[0]).toMatch(/^[0-9a-f]{64}\.json$/);
  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
  expect(await modeOf(directory)).toBe(0o700);
  expect(await modeOf(join(directory, names[0]!))).toBe(0o600);
  expect(await fileStore({ directory }).get('tokens of ada')).toBe('secret');
});

it('(A22) a user without a folder has nothing kept, and is told so when there is something to keep', async () => {
  vi.stubEnv('XDG_CONFIG_HOME', '');
  vi.stubEnv('LOCALAPPDATA', '');
  vi.mocked(homedir).mockImplementationOnce(() => {
    throw new Error('uv_os_homedir returned ENOENT');
  });
  const store = fileStore();
  expect(await store.get('a')).toBeUndefined();
  await store.delete('a');
  const refused = { code: 'store_failed', message: expect.stringContaining('set HOME') };
  await expect(store.set('a', 'one')).rejects.toMatchObject(refused);
  await expect(store.lock('a', async () => 'done')).rejects.toMatchObject(refused);
  vi.unstubAllEnvs();
});

it('(A22) what the system refuses is an error of the store, with the folder', async () => {
  const store = fileStore({ directory });
  await store.set('a', 'one');
  const [name = ''] = await readdir(directory);
  await rm(join(directory, name));
  await mkdir(join(directory, name));
  const refused = { code: 'store_failed', message: expect.stringContaining(directory) };
  await expect(store.get('a')).rejects.toMatchObject(refused);
  await expect(store.set('a', 'two')).rejects.toMatchObject(refused);
  await expect(store.delete('a')).rejects.toMatchObject(refused);
  await rm(directory, { recursive: true });
  await writeFile(directory, '');
  await expect(store.lock('a', async () => 'done')).rejects.toMatchObject(refused);
});
