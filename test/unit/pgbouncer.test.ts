/** The store in PostgreSQL behind PgBouncer in transaction mode. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { stderrLogger } from '../../src/base/logging/logger.ts';
import { type OpenedPostgres, openPostgres } from '../../src/stores/postgres/open-postgres.ts';
import { postgresRelay } from '../../src/stores/postgres/postgres-relay.ts';
import { postgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { storeChecks } from '../../src/testing/store-checks/index.ts';
import { withPgBouncer } from '../support/postgres/if-there.ts';
import { PgBouncer } from '../support/postgres/pgbouncer.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { until } from '../support/until.ts';

withPgBouncer(() => {
  let server: PostgresServer;
  let bouncer: PgBouncer;
  let store: OpenedPostgres;
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    server = await PostgresServer.start();
    bouncer = await PgBouncer.start(server);
    store = await open();
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    await store.close();
    await bouncer.stop();
    await server.remove();
  });

  function open(direct?: string): Promise<OpenedPostgres> {
    const { address: connectionString } = bouncer;
    return openPostgres({
      connectionString,
      direct,
      schema: 'rondo',
      migrate: true,
      prepare: false,
    });
  }

  async function listening(direct?: string): Promise<(string | undefined)[]> {
    const other = await open(direct);
    closers.push(() => other.close());
    const heard: (string | undefined)[] = [];
    closers.unshift(other.tasks.wakeUps.listen((taskId) => heard.push(taskId)));
    await until(() => heard.includes(undefined));
    return heard;
  }

  for (const { name, run } of storeChecks) it.concurrent(name, () => run(store));

  it('K12 hears wake-ups at once with the address of the database itself', async () => {
    const heard = await listening(server.address);
    store.tasks.wakeUps.wake('one');
    await until(() => heard.includes('one'));
  });

  it('K12 warns once without it, and looks at all tasks again and again', async () => {
    const warn = vi.spyOn(stderrLogger, 'warn').mockImplementation(() => undefined);
    const heard = await listening();
    await until(() => heard.length > 3);
    expect(new Set(heard)).toEqual(new Set([undefined]));
    expect(warn.mock.calls).toEqual([[expect.stringContaining('`direct`')]]);
  });

  it('carries a relay with that address, and refuses one without it', async () => {
    const stores = [server.address, undefined].map((direct) =>
      postgresStore({ connectionString: bouncer.address, ...(direct && { direct }) }),
    );
    const [direct, pooled] = await Promise.all(stores);
    closers.push(
      () => direct!.close(),
      () => pooled!.close(),
    );
    const texts: string[] = [];
    const stop = await postgresRelay(direct!).subscribe((text) => texts.push(text));
    closers.unshift(stop);
    await postgresRelay(pooled!).publish('x'.repeat(20_000));
    await until(() => texts.length === 1);
    const subscribing = Promise.resolve(postgresRelay(pooled!).subscribe(() => undefined));
    await expect(subscribing).rejects.toThrow(/`direct`/);
  });
});
