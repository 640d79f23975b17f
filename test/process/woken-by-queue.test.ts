/** The example of a worker that a queue wakes, with the process that serves beside it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Client } from '../../src/client/client.ts';
import { generateKey } from '../../src/state/key-ring.ts';
import { withPostgres } from '../support/postgres/if-there.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { Program } from '../support/program.ts';

withPostgres(() => {
  let postgres: PostgresServer;
  const programs: Program[] = [];
  beforeEach(async () => {
    postgres = await PostgresServer.start();
  });
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.kill()));
    await postgres.remove();
  });

  it('K1 the example woken-by-queue works tasks at the hints of a queue: when they begin, when they are answered, when they have slept', async () => {
    const env = {
      RONDO_DATABASE_URL: postgres.address,
      RONDO_STATE_KEYS: generateKey(),
      PORT: '0',
    };
    const start = (...args: string[]): Program => {
      programs.push(new Program('examples/woken-by-queue.ts', args, env));
      return programs.at(-1)!;
    };
    const [, url] = await start().until(/Serving at (\S+)/);
    const worker = start('work');
    await worker.until(/Waiting for hints/);
    // Only what wakes it by a hint is left.
    await postgres.query('delete from pgboss.schedule');
    const client = new Client(url!, {
      name: 'test',
      version: '1.0.0',
      onElicit: () => ({ action: 'accept', content: { confirm: true } }),
    });
    const result = await client.callTool('reindex');
    await client.close();
    expect(result).toMatchObject({ content: [{ text: 'In use.' }] });
    await worker.until(/1 run, 0 due/);
    const ran = [...worker.output.matchAll(/(\d+) run/g)].map(([, count]) => Number(count));
    expect(ran.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(2);
  });
});
