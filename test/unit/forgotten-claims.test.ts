/** What becomes of a claim that a database forgets because it fails (K2). */
import { expect, it, onTestFinished } from 'vitest';
import { openPostgres } from '../../src/stores/postgres/open-postgres.ts';
import { HOUR, Trial } from '../../src/testing/store-checks/store-check.ts';
import type { ClaimedTask } from '../../src/tasks/contract.ts';
import { withPostgres } from '../support/postgres/if-there.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';

/** What is committed and need not be on the disk gets there every ten seconds. */
const SETTINGS = ['wal_writer_delay=10s', 'autovacuum=off'];

withPostgres(() => {
  it('K2 nobody else gets the epoch of a claim that was forgotten, and nothing can be written under it', async () => {
    const { server, trial } = await start();
    const zombie = await forgotten(server, trial);
    const next = await trial.claimOne();
    expect(next.taskId).toBe(zombie.taskId);
    expect(next.epoch).toBeGreaterThan(zombie.epoch);
    await expect(trial.tasks.append(zombie, [])).rejects.toMatchObject({ code: 'lease_lost' });
    await trial.tasks.append(next, []);
  });

  it('K2 a claim that was renewed is not forgotten', async () => {
    const { server, trial } = await start();
    const claimed = await trial.working();
    await trial.tasks.renew([claimed], HOUR);
    await server.crash();
    await server.run();
    expect(await trial.claim()).toEqual([]);
    await trial.tasks.append(claimed, []);
  });
});

async function start(): Promise<{ server: PostgresServer; trial: Trial }> {
  const server = await PostgresServer.start(SETTINGS);
  onTestFinished(() => server.remove());
  const { address: connectionString } = server;
  const complete = { schema: 'rondo', migrate: true, prepare: false };
  const store = await openPostgres({ connectionString, ...complete });
  onTestFinished(() => store.close());
  return { server, trial: new Trial(store) };
}

/** Claims until the database has failed before it wrote the claim. */
async function forgotten(server: PostgresServer, trial: Trial): Promise<ClaimedTask> {
  for (;;) {
    const claimed = await trial.working();
    await server.crash();
    await server.run();
    const rows = await server.query<{ epoch: number }>(
      'select epoch from rondo.task where task_id = $1',
      [claimed.taskId],
    );
    if (rows[0]!.epoch < claimed.epoch) return claimed;
    await trial.tasks.cancel(claimed.taskId, HOUR);
  }
}
