/** The relay over PostgreSQL. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { memoryStore } from '../../src/stores/memory-store.ts';
import { postgresRelay } from '../../src/stores/postgres/postgres-relay.ts';
import { postgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { TextAssembly, partsOf } from '../../src/stores/postgres/text-parts.ts';
import { withPostgres } from '../support/postgres/if-there.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { until } from '../support/until.ts';

withPostgres(() => {
  let server: PostgresServer;
  beforeAll(async () => void (server = await PostgresServer.start()));
  afterAll(() => server.remove());

  async function instance() {
    const store = await postgresStore({ connectionString: server.address });
    onTestFinished(() => store.close());
    const relay = postgresRelay(store);
    const texts: string[] = [];
    const stop = await relay.subscribe((text) => texts.push(text));
    onTestFinished(() => void stop());
    return { relay, texts, stop };
  }

  it('a relay over PostgreSQL carries texts of any length and content to all instances, in their order', async () => {
    const [a, b] = [await instance(), await instance()];
    const all = ['one', '', 'ü\u0000\u2028 "\\', 'x'.repeat(7_799), 'é'.repeat(131_072), 'end'];
    for (const text of all) await a.relay.publish(text);
    await until(() => a.texts.length === all.length && b.texts.length === all.length);
    expect([a.texts, b.texts]).toEqual([all, all]);
  });

  it('a relay over PostgreSQL listens again after its session was cut, and not after it was stopped', async () => {
    const [a, b] = [await instance(), await instance()];
    await b.stop();
    await server.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where query like 'listen %'`);
    // One at a time: each waits for a connection of the pool.
    while (!a.texts.includes('again')) await a.relay.publish('again');
    expect(b.texts).toEqual([]);
  });

  it('a relay over PostgreSQL needs a store in PostgreSQL', () => {
    expect(() => postgresRelay(memoryStore())).toThrow(/postgresStore/);
  });

  it('a text whose first parts were missed is forgotten, and the next one is complete', () => {
    const assembly = new TextAssembly();
    const long = partsOf('a', 'x'.repeat(20_000));
    expect(long.length).toBe(4);
    expect(long.every((part) => part.length < 8_000)).toBe(true);
    for (const part of long.slice(1)) expect(assembly.add(part)).toBeUndefined();
    expect(assembly.add(long[0]!)).toBeUndefined();
    expect(assembly.add(long[2]!)).toBeUndefined();
    expect(assembly.add('nonsense')).toBeUndefined();
    expect(assembly.add(partsOf('b', 'whole')[0]!)).toBe('whole');
  });
});
