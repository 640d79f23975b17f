import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { embeddedStore } from './embedded-store.ts';
import { lockDirectory } from './directory-lock.ts';
import { POSTGRES_MAJOR, loadPglite, openPglite } from './open-pglite.ts';

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rondo-embedded-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

test('the same directory is opened once in a process, and free when all have closed it', async () => {
  const directory = await temporaryDirectory();
  const first = await embeddedStore({ directory });
  const second = await embeddedStore({ directory: join(directory, '.') });
  await first.close();
  await first.close();
  await expect(lockDirectory(directory, 0)).rejects.toMatchObject({ code: 'directory_in_use' });
  await second.close();
  await (await lockDirectory(directory, 0)).release();
  const format = JSON.parse(await readFile(join(directory, 'rondo.json'), 'utf8'));
  expect(format).toEqual({ format: 1, postgres: POSTGRES_MAJOR });
});

test('a directory whose data is gone is not taken for an empty store', async () => {
  const directory = await temporaryDirectory();
  await (await embeddedStore({ directory })).close();
  await rm(join(directory, 'data'), { recursive: true });
  await expect(embeddedStore({ directory })).rejects.toMatchObject({
    code: 'store_failed',
    message: expect.stringContaining('its data is gone'),
  });
});

test('what a directory says of itself is written once, and a process that ended as it wrote it does no harm', async () => {
  const directory = await temporaryDirectory();
  const file = join(directory, 'rondo.json');
  await (await embeddedStore({ directory })).close();
  const { mtimeMs } = await stat(file);
  await (await embeddedStore({ directory })).close();
  expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  await writeFile(file, '');
  await (await embeddedStore({ directory })).close();
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ format: 1, postgres: POSTGRES_MAJOR });
});

test('a database that cannot be opened is said to be so, with its directory', async () => {
  const directory = await temporaryDirectory();
  await (await embeddedStore({ directory })).close();
  await rm(join(directory, 'data', 'global'), { recursive: true });
  await expect(embeddedStore({ directory })).rejects.toMatchObject({
    code: 'store_failed',
    message: expect.stringContaining(`The database in ${join(directory, 'data')} cannot be opened`),
  });
});

test('PGlite is the PostgreSQL that directories say', async () => {
  const database = await (await loadPglite()).create();
  onTestFinished(() => database.close());
  const { rows } = await database.query<{ server_version: string }>('show server_version');
  expect(rows[0]!.server_version).toMatch(new RegExp(`^${POSTGRES_MAJOR}\\.`));
});

for (const [text, why] of [
  ['{"format":1,"postgres":17}', 'PostgreSQL 17'],
  ['{"format":2,"postgres":18}', 'format 2'],
  ['{"format":1', 'cannot be read'],
] as const) {
  test(`a directory is refused before it is opened whose file says ${text}`, async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'rondo.json'), text);
    await expect(openPglite(directory)).rejects.toMatchObject({
      code: 'newer_format',
      message: expect.stringContaining(why),
    });
  });
}
