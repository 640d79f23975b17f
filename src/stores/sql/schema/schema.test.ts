import { createHash } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { loadPglite } from '../../embedded/open-pglite.ts';
import { PgliteExecutor } from '../../embedded/pglite-executor.ts';
import { migrateTables } from './migrate.ts';
import { MIGRATIONS } from './schema.ts';

it('a migration that databases may have had stays as it is: what changes is in the next version', () => {
  const digests = MIGRATIONS.map(({ version, statements }) => {
    const text = statements.join(';\n').replaceAll(/\s+/g, ' ');
    return [version, createHash('sha256').update(text).digest('hex').slice(0, 16)];
  });
  expect(digests).toEqual([
    [1, '52cfe695465a9004'],
    [2, '763b26fad678db4a'],
    [3, 'fba6dd864c654465'],
    [4, '67bec18213ea1081'],
    [5, 'da829e0d572421a1'],
    [6, '371b325ba97680d3'],
    [7, '335999b3c958f488'],
  ]);
});

it('every function that the release before calls is there after a migration', async () => {
  const PGlite = await loadPglite();
  const executor = new PgliteExecutor(() => PGlite.create());
  onTestFinished(() => executor.close());
  const functions = async (): Promise<string[]> => {
    const found = await executor.query<{ name: string }>(
      `select oid::regprocedure::text as name from pg_proc where pronamespace = 'rondo'::regnamespace`,
    );
    return found.map(({ name }) => name);
  };
  let before: string[] = [];
  for (const { version } of MIGRATIONS) {
    const migrations = MIGRATIONS.slice(0, version);
    await migrateTables(executor, { schema: 'rondo', migrate: true, migrations });
    const now = await functions();
    expect(now).toEqual(expect.arrayContaining(before));
    before = now;
  }
  expect(before).toContain(
    'rondo.create_task(text,text,text,text,text,text,text,text,text,boolean,bigint,bigint,json,json,integer)',
  );
});
