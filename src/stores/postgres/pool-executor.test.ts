import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type ConnectionPool, PoolExecutor } from './pool-executor.ts';

/** A pool with one connection that answers with `errors` by their statements, and what is done with it. */
function opened(errors: Readonly<Record<string, object>> = {}) {
  const done: unknown[] = [];
  const client = Object.assign(new EventEmitter(), {
    query: async ({ text, query_timeout }: { text: string; query_timeout?: number }) => {
      done.push(query_timeout === undefined ? text : [text, query_timeout]);
      if (errors[text] !== undefined) throw errors[text];
      return { rows: [] };
    },
    release: (isBroken: boolean) => done.push(isBroken ? 'destroyed' : 'released'),
  });
  const pool = Object.assign(new EventEmitter(), {
    connect: async () => client,
    end: async () => {},
  });
  return { pool, client, done };
}

const over = (pool: object, longest?: number): PoolExecutor =>
  new PoolExecutor(pool as ConnectionPool, { schema: 'rondo', prepare: false, longest });

const BEGIN = 'begin isolation level read committed';

describe('statements on PostgreSQL', () => {
  it('have the limit that was given, and none where none was', async () => {
    const { pool, done } = opened();
    await over(pool, 30).query('select 1');
    await over(pool).query('select 2');
    expect(done).toEqual([['select 1', 30], 'released', 'select 2', 'released']);
  });

  const refused = Object.assign(new Error('no such table'), { code: '42P01' });
  const tooSlow = new Error('Query read timeout');

  it.each([
    ['is refused is rolled back, and its connection used again', refused, ['rollback', 'released']],
    ['has no answer is given up with its connection, at once', tooSlow, ['destroyed']],
  ])('of a transaction of which one %s', async (_, error, end) => {
    const { pool, done } = opened({ 'select 1': error });
    const failing = over(pool).transaction((query) => query('select 1'));
    const { message } = error;
    const expected = { code: 'store_failed', message: expect.stringContaining(message) };
    await expect(failing).rejects.toMatchObject(expected);
    expect(done).toEqual([BEGIN, 'select 1', ...end]);
  });

  it.each(['40P01', '40001'])(
    'of a transaction in conflict (%s) are tried again on its connection',
    async (code) => {
      const { pool, done } = opened();
      let attempts = 0;
      await over(pool).transaction(async (query) => {
        if (attempts++ === 0) throw Object.assign(new Error('in conflict'), { code });
        await query('select 1');
      });
      const again = [BEGIN, 'select 1', 'commit', 'released'];
      expect(done).toEqual([BEGIN, 'rollback', 'released', ...again]);
    },
  );

  it('do not add listeners to a pool and its connections each time', async () => {
    const { pool, client } = opened();
    for (let i = 0; i < 20; i++) await over(pool).query('select 1');
    expect([pool.listenerCount('acquire'), client.listenerCount('error')]).toEqual([1, 1]);
  });
});
