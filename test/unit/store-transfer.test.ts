/** What a store has, moved to another one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../src/stores/postgres/open-postgres.ts';
import { loadPglite } from '../../src/stores/embedded/open-pglite.ts';
import { PgliteExecutor } from '../../src/stores/embedded/pglite-executor.ts';
import { type InTransaction, exportStore } from '../../src/stores/sql/export-store.ts';
import { importStore } from '../../src/stores/sql/import-store.ts';
import { migrateTables } from '../../src/stores/sql/schema/migrate.ts';
import { STORE_TABLES } from '../../src/stores/sql/store-tables.ts';
import { withPostgres } from '../support/postgres/if-there.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';

withPostgres(() => {
  async function embedded(): Promise<InTransaction> {
    const PGlite = await loadPglite();
    const executor = new PgliteExecutor(() => PGlite.create());
    opened.push(() => executor.close());
    await migrateTables(executor, { schema: 'rondo', migrate: true });
    return (work) => executor.transaction(work);
  }

  const opened: (() => Promise<void>)[] = [];
  let server: PostgresServer;

  beforeAll(async () => void (server = await PostgresServer.start()));
  afterAll(async () => {
    for (const close of opened) await close();
    await server.remove();
  });

  let schemas = 0;

  async function postgres(): Promise<InTransaction> {
    const schema = `moved_${++schemas}`;
    const { transaction, close } = await openPostgres({
      connectionString: server.address,
      schema,
      migrate: true,
      prepare: false,
    });
    opened.push(close);
    return transaction;
  }

  /** Of everything something, and more rows of one kind than are read at once. */
  const CONTENT = [
    `insert into rondo.secret values (1, 'k', 'sealed secret')`,
    `insert into rondo.task (task_id, flow_id, audience, target, version, principal, request,
      call_key_id, marks_end, created_at, updated_at, expires_at, epoch, lapses)
    select 't' || n, 'f' || n, 'a', 'tool', '1', 'p', 'r', 'k', n % 2 = 0, n, n, 1e15, n, n % 3
    from generate_series(1, 250) n`,
    `insert into rondo.lease select task_id, 'a', 9007199254740991, true from rondo.task`,
    `insert into rondo.ask (task_id, key, ref, is_timer, is_answered)
    select 't1', 'key ' || n, 'ref ' || n, false, false from generate_series(3, 1, -1) n`,
    `insert into rondo.sealed (task_id, kind, key, key_id, text)
    select 't1', 'entry', 'entry ' || n, 'k', E'\\u2028 "\\\\ ü ' || n from generate_series(5, 1, -1) n`,
    `insert into rondo.guard (key, request, state, expires_at) values ('g', 'r', 'open', 5)`,
    `insert into rondo.guard_sealed (key, kind, name, key_id, text) values ('g', 'step', 's', 'k', 'x')`,
    `insert into rondo.spill values ('s', 'k', 'text', 6)`,
  ];

  async function linesOf(transaction: InTransaction): Promise<string[]> {
    const lines: string[] = [];
    await exportStore(transaction, async (line) => void lines.push(line));
    return lines;
  }

  async function filled(): Promise<InTransaction> {
    const transaction = await postgres();
    await transaction(async (query) => {
      for (const statement of CONTENT) await query(statement);
    });
    return transaction;
  }

  async function* each(lines: readonly string[]): AsyncGenerator<string> {
    yield* lines;
  }

  describe('an exported store', () => {
    it('is the same after it was moved from PostgreSQL to a directory, and back', async () => {
      const lines = await linesOf(await filled());
      const [directory, back] = [await embedded(), await postgres()];
      expect(await importStore(directory, each(lines))).toBe(250 * 2 + 3 + 5 + 4);
      expect(await linesOf(directory)).toEqual(lines);
      expect(await importStore(back, each(await linesOf(directory)))).toBe(512);
      expect(await linesOf(back)).toEqual(lines);
      for (const store of [directory, back]) {
        const newest = await store(async (query) => {
          await query(`insert into rondo.sealed (task_id, kind, key, key_id, text)
          values ('t1', 'entry', 'later', 'k', 'x')`);
          return query(`select key from rondo.sealed where task_id = 't1'
          order by position desc limit 1`);
        });
        expect(newest).toEqual([{ key: 'later' }]);
      }
    });

    it('has everything that is in the tables', async () => {
      const found = await server.query<{ name: string }>(
        `select distinct table_name as name from information_schema.tables where table_schema = $1`,
        [(await postgres(), `moved_${schemas}`)],
      );
      const names = found.map(({ name }) => name).filter((name) => name !== 'format');
      expect(names.toSorted()).toEqual(STORE_TABLES.map(({ name }) => name).toSorted());
    });

    it('is refused by a store that is not empty', async () => {
      const store = await filled();
      const importing = importStore(store, each(await linesOf(store)));
      await expect(importing).rejects.toMatchObject({ code: 'invalid_options' });
    });

    it('is refused as a whole if something of it is missing, added or changed', async () => {
      const lines = await linesOf(await filled());
      const target = await postgres();
      const [head = '', ...rest] = lines;
      const wrong: [string, string[]][] = [
        ['without its head', rest],
        ['with two', [head, ...lines]],
        ['without its end', lines.slice(0, -1)],
        ['without a row', [head, ...rest.slice(1)]],
        ['with more behind its end', [...lines, rest[0]!]],
        ['of another table', [head, '{"table":"format","row":{"version":9}}', ...rest]],
        ['with another column', [head, '{"table":"secret","row":{"x; drop":1}}', ...rest]],
        ['of no JSON', [head, 'x', ...rest]],
        ['of nothing', []],
      ];
      const refused: [string, unknown][] = [];
      for (const [what, given] of wrong) {
        const importing = importStore(target, each(given));
        const code = await importing.catch((error: { code: unknown }) => error.code);
        refused.push([what, code]);
      }
      expect(refused).toEqual(wrong.map(([what]) => [what, 'invalid_options']));
      const newer = [head.replace(/"tables":\d+/, '"tables":99'), ...rest];
      const importing = importStore(target, each(newer));
      await expect(importing).rejects.toMatchObject({ code: 'newer_format' });
      expect(await linesOf(target)).toHaveLength(2);
      expect(await importStore(target, each(lines))).toBe(512);
    });

    it('is refused with the lines of a value that is none, in a directory and in PostgreSQL', async () => {
      const lines = await linesOf(await filled());
      const of = (change: (line: string) => string): string[] =>
        lines.map((line, i) => (i === 119 ? change(line) : line));
      const wrong = [
        of((line) => line.replace(/"created_at":\d+/, '"created_at":"abc"')),
        of((line) => line.replace(/"created_at":\d+/, '"created_at":null')),
        of((line) => line.replace(/"principal":"/, '"principal":"\\u0000')),
        of(() => lines[5]!),
      ];
      for (const target of [await embedded(), await postgres()])
        for (const given of wrong)
          await expect(importStore(target, each(given))).rejects.toMatchObject({
            code: 'invalid_options',
            message: expect.stringMatching(/^Something in lines 103 to 202 is not what/),
          });
    });

    it('says which line is of something else', async () => {
      const lines = await linesOf(await filled());
      const importing = importStore(await postgres(), each(lines.with(2, 'x')));
      await expect(importing).rejects.toThrow('Line 3 is not what');
    });

    it('has no line end within a line, whatever a reader takes for one', async () => {
      const store = await filled();
      await store((query) =>
        query(`update rondo.task set audience = $1 where task_id = 't1'`, ['a\u2028b\u2029c']),
      );
      const lines = await linesOf(store);
      expect(lines.filter((line) => /[\u2028\u2029]/.test(line))).toEqual([]);
      const moved = await postgres();
      await importStore(moved, each(lines));
      expect(await linesOf(moved)).toEqual(lines);
    });
  });
});
