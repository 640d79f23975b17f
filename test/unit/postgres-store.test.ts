/** The store in PostgreSQL: what every store does, and what this one does when the database fails. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type OpenedPostgres, openPostgres } from '../../src/stores/postgres/open-postgres.ts';
import { postgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { MIGRATIONS } from '../../src/stores/sql/schema/schema.ts';
import type { NewTask } from '../../src/tasks/contract.ts';
import { guardChecks } from '../../src/testing/store-checks/guard-checks.ts';
import { spillChecks } from '../../src/testing/store-checks/spill-checks.ts';
import { storeChecks } from '../../src/testing/store-checks/index.ts';
import { withPostgres } from '../support/postgres/if-there.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { SilentProxy } from '../support/postgres/silent-proxy.ts';
import { until } from '../support/until.ts';

withPostgres(() => {
  let server: PostgresServer;
  let store: OpenedPostgres;

  beforeAll(async () => {
    server = await PostgresServer.start();
    store = await open();
  });

  afterAll(async () => {
    await store.close();
    await server.remove();
  });

  function open(given: Partial<Parameters<typeof openPostgres>[0]> = {}): Promise<OpenedPostgres> {
    const { address: connectionString } = server;
    const complete = { schema: 'rondo', migrate: true, prepare: false };
    return openPostgres({ connectionString, ...complete, ...given });
  }

  /** The server may end before a connection of it has that was given up. */
  function poolOf(options: pg.PoolConfig): pg.Pool {
    return new pg.Pool({ connectionString: server.address, ...options }).on('error', () => {});
  }

  function newTask(taskId: string): NewTask {
    return {
      taskId,
      flowId: taskId,
      audience: 'faults',
      target: 'work',
      version: '1',
      principal: 'somebody',
      request: 'request',
      call: { keyId: 'k1', text: 'call' },
      ttl: 3_600_000,
      marksEnd: false,
      maxUnfinished: 100_000,
    };
  }

  const WHAT = {
    audience: 'faults',
    targets: new Map([['work', ['1']]]),
    keyIds: ['k1'],
  };

  describe('a store in PostgreSQL', () => {
    // They share the tables and meet each other's locks.
    for (const { name, run } of storeChecks) it.concurrent(name, () => run(store));
    for (const { name, run } of guardChecks) it.concurrent(`guard: ${name}`, () => run(store));
    for (const { name, run } of spillChecks) it.concurrent(`spill: ${name}`, () => run(store));
  });

  describe('a store in PostgreSQL, with a schema of its own and statements by name', () => {
    let other: OpenedPostgres;
    beforeAll(async () => {
      const pool = poolOf({});
      other = await open({
        connectionString: undefined,
        pool,
        // A word of SQL.
        schema: 'user',
        prepare: true,
      });
      return async () => {
        await other.close();
        await pool.end();
      };
    });
    for (const { name, run } of storeChecks) it.concurrent(name, () => run(other));
    for (const { name, run } of guardChecks) it.concurrent(`guard: ${name}`, () => run(other));
    for (const { name, run } of spillChecks) it.concurrent(`spill: ${name}`, () => run(other));
  });

  describe('the tables in PostgreSQL', () => {
    it('are made once by processes that start together', async () => {
      const opened = await Promise.all(
        Array.from({ length: 6 }, () => open({ schema: 'together' })),
      );
      const versions = await server.query('select version, oldest from together.format');
      expect(versions).toEqual([{ version: MIGRATIONS.at(-1)!.version, oldest: 1 }]);
      await Promise.all(opened.map((each) => each.close()));
    });

    it.each([
      ['database', 'nowhere', /database "nowhere" does not exist/],
      ['user', 'nobody', /role "nobody" does not exist/],
    ])('are not looked for in vain: a %s that is not there is named', async (what, name, why) => {
      const address = new URL(server.address);
      if (what === 'user') address.username = name;
      else address.pathname = name;
      await expect(open({ connectionString: address.href })).rejects.toThrow(why);
    });

    it('are not made with `migrate: false`', async () => {
      const { address: connectionString } = server;
      const opening = postgresStore({
        connectionString,
        schema: 'absent',
        migrate: false,
      });
      await expect(opening).rejects.toMatchObject({ code: 'invalid_options' });
      const found = await server.query(`select 1 from pg_namespace where nspname = 'absent'`);
      expect(found).toEqual([]);
    });

    it('of a newer version are used, unless they say that this code is too old', async () => {
      await (await open({ schema: 'newer' })).close();
      await server.query('update newer.format set version = version + 1');
      await (await open({ schema: 'newer', migrate: false })).close();
      await server.query('update newer.format set oldest = version');
      await expect(open({ schema: 'newer' })).rejects.toMatchObject({
        code: 'newer_format',
      });
    });
  });

  describe('PostgreSQL that fails', () => {
    it('loses nothing that was acknowledged while connections are cut one by one (K2)', async () => {
      const acknowledged: string[] = [];
      const one = async (n: number): Promise<void> => {
        const task = newTask(`cut ${n}`);
        const created = await store.tasks.create(task);
        if (created.type === 'created') acknowledged.push(task.taskId);
      };
      const cutting = (async () => {
        for (let i = 0; i < 30; i++) {
          await server.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where pid <> pg_backend_pid() and backend_type = 'client backend' limit 1`);
        }
      })();
      for (let i = 0; i < 20; i++) {
        await Promise.all(Array.from({ length: 10 }, (_, n) => one(10 * i + n)));
      }
      await cutting;
      expect(acknowledged).toHaveLength(200);
      expect(await store.tasks.read(acknowledged)).toHaveLength(200);
    });

    it('has everything that was acknowledged when it is started again, under load', async () => {
      const acknowledged: string[] = [];
      const refused: unknown[] = [];
      let isOver = false;
      const load = async (name: string): Promise<void> => {
        for (let n = 0; !isOver; n++) {
          const taskId = `${name} ${n}`;
          await store.tasks.create(newTask(taskId)).then(
            () => acknowledged.push(taskId),
            (error: { code: unknown }) => refused.push(error.code),
          );
        }
      };
      const loads = ['a', 'b', 'c'].map(load);
      await until(() => acknowledged.length > 20);
      await server.halt();
      await until(() => refused.length > 3);
      await server.run();
      const before = acknowledged.length;
      await until(() => acknowledged.length > before + 20);
      isOver = true;
      await Promise.all(loads);
      expect(new Set(refused)).toEqual(new Set(['store_failed']));
      expect(await store.tasks.read(acknowledged)).toHaveLength(acknowledged.length);
    });

    it('is asked by another connection where one is lost without a word (K2)', async () => {
      const proxy = await SilentProxy.start(server.address);
      onTestFinished(() => proxy.close());
      const behind = await open({ connectionString: proxy.address, longest: 3_000 });
      const one = newTask('before');
      await behind.tasks.create(one);
      proxy.silence();
      const reading = behind.tasks.read([one.taskId]);
      await expect(reading).rejects.toMatchObject({ code: 'store_failed' });
      expect(await behind.tasks.read([one.taskId])).toHaveLength(1);
      behind.tasks.wakeUps.listen(() => undefined);
      await until(() => proxy.passed.includes('listen '));
      proxy.silence();
      await behind.close();
    });

    it('refuses what finds no connection free, and goes on when one is', async () => {
      const pool = poolOf({ max: 1, connectionTimeoutMillis: 3_000 });
      const small = await open({ connectionString: undefined, pool, schema: 'small' });
      const only = await pool.connect();
      await expect(small.tasks.read([])).rejects.toMatchObject({ code: 'store_failed' });
      only.release();
      expect(await small.tasks.read([])).toEqual([]);
      await small.close();
      await pool.end();
    });

    it('says nothing of values in its errors', async () => {
      const failing = store.transaction((query) => query(`select 'secret-value'::integer`));
      const error = await failing.then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      expect(error).toMatchObject({ code: 'store_failed' });
      expect(String(error?.message)).not.toContain('secret-value');
    });
  });

  describe('wake-ups of PostgreSQL (K12)', () => {
    async function listening(given: Parameters<typeof open>[0] = {}) {
      const other = await open(given);
      onTestFinished(() => other.close());
      const heard: (string | undefined)[] = [];
      const stop = other.tasks.wakeUps.listen((taskId) => heard.push(taskId));
      onTestFinished(stop);
      await until(() => heard.includes(undefined));
      return heard;
    }

    it('arrive in other processes, each task once however often it was woken', async () => {
      const heard = await listening();
      for (let i = 0; i < 100; i++) store.tasks.wakeUps.wake('one');
      store.tasks.wakeUps.wake('two');
      await until(() => heard.includes('two'));
      expect(heard.filter((taskId) => taskId === 'one')).toHaveLength(1);
    });

    it('arrive as not due where a task has only changed', async () => {
      const other = await open();
      onTestFinished(() => other.close());
      const heard: [string | undefined, boolean | undefined][] = [];
      onTestFinished(other.tasks.wakeUps.listen((taskId, isDue) => heard.push([taskId, isDue])));
      await until(() => heard.some(([taskId]) => taskId === undefined));
      const { wakeUps } = store.tasks;
      wakeUps.changed!('four');
      wakeUps.wake('five');
      wakeUps.changed!('five');
      await until(() => heard.some(([taskId]) => taskId === 'five'));
      const isDue = new Map(heard);
      expect([isDue.get('four'), isDue.get('five')]).toEqual([false, true]);
    });

    it('arrive again after the session was cut, and all tasks are looked at meanwhile', async () => {
      const heard = await listening();
      const looks = () => heard.filter((taskId) => taskId === undefined).length;
      const before = looks();
      await server.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where query like 'listen %'`);
      await until(() => looks() > before);
      await until(() => {
        store.tasks.wakeUps.wake('three');
        return heard.includes('three');
      });
    });

    it('arrive again after the database was restarted', async () => {
      const heard = await listening();
      await server.halt();
      await server.run();
      await until(() => {
        store.tasks.wakeUps.wake('restarted');
        return heard.includes('restarted');
      });
    });

    it('of a process itself need no database', async () => {
      const heard: (string | undefined)[] = [];
      onTestFinished(store.tasks.wakeUps.listen((taskId) => heard.push(taskId)));
      store.tasks.wakeUps.wake('own');
      await Promise.resolve();
      expect(heard).toContain('own');
    });
  });

  it('tasks that several workers claim at once are claimed once each (K1)', async () => {
    const stores = await Promise.all(Array.from({ length: 3 }, () => open({ schema: 'claims' })));
    onTestFinished(async () => void (await Promise.all(stores.map((each) => each.close()))));
    for (let n = 0; n < 100; n++) await stores[0]!.tasks.create(newTask(`claimed ${n}`));
    const claim = async ({ tasks }: OpenedPostgres) => (await tasks.claim(WHAT, 7, 60_000)).tasks;
    const rounds = Array.from({ length: 8 }, () => Promise.all(stores.map(claim)));
    const claimed = (await Promise.all(rounds)).flat(2);
    const ids = claimed.map(({ taskId }) => taskId);
    expect([ids.length, new Set(ids).size]).toEqual([100, 100]);
  });
});
