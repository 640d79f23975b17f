/** Several processes work the tasks of one PostgreSQL. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { McpServer } from '../../src/server/server.ts';
import { postgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { TEST_KEY, overWires } from '../support/each-wire.ts';
import { withPostgres } from '../support/postgres/if-there.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { Program } from '../support/program.ts';
import { type TaskBench, openTasks } from '../support/tasks.ts';

withPostgres(() => {
  interface Note {
    readonly what: string;
    readonly key: string;
    readonly pid: number;
  }

  overWires('two processes that work the tasks of one PostgreSQL', ['in process'], (bench) => {
    let postgres: PostgresServer;

    beforeAll(async () => {
      postgres = await PostgresServer.start();
      await postgres.query('create table notes (what text, key text, pid integer)');
    });
    afterAll(() => postgres.remove());

    const notes = (what: string): Promise<Note[]> =>
      postgres.query<Note>('select * from notes where what = $1', [what]);

    async function untilNotes(what: string, count: number): Promise<Note[]> {
      for (;;) {
        const found = await notes(what);
        if (found.length >= count) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }

    async function startWorkers(): Promise<Program[]> {
      const env = { RONDO_STATE_KEYS: TEST_KEY };
      const started = [1, 2].map(
        () => new Program('test/programs/postgres-worker.ts', [postgres.address], env),
      );
      onTestFinished(async () => void (await Promise.all(started.map((each) => each.kill()))));
      await Promise.all(started.map((each) => each.until(/ready/)));
      return started;
    }

    async function client(): Promise<TaskBench> {
      const store = await postgresStore({ connectionString: postgres.address });
      onTestFinished(() => store.close());
      const tools = (server: McpServer): void => {
        for (const name of ['five', 'held'])
          server.registerTool(name, { task: 'always' }, () => '');
      };
      await postgres.query('delete from notes');
      return openTasks(bench, tools, { store, worker: false });
    }

    it('run each step of each task once (K1)', async () => {
      const tasks = await client();
      await startWorkers();
      const calls = Array.from({ length: 20 }, () => tasks.call('five'));
      const ids = (await Promise.all(calls)).map(({ result }) => result!['taskId']);
      for (const id of ids) {
        const { result } = await tasks.until(id, 'completed', 'failed');
        expect(result).toMatchObject({ content: [{ text: 'done' }] });
      }
      const began = await notes('began');
      expect([began.length, new Set(began.map(({ key }) => key)).size]).toEqual([100, 100]);
    });

    it('refuse what one of them writes after another has taken its task (K2)', async () => {
      const tasks = await client();
      const workers = await startWorkers();
      const { result } = await tasks.call('held');
      const [first] = await untilNotes('began', 1);
      const zombie = workers.find((each) => each.process.pid === first!.pid)!;
      zombie.process.kill('SIGSTOP');
      const [, second] = await untilNotes('began', 2);
      expect(second).toMatchObject({ key: first!.key });
      await postgres.query(`insert into notes values ('free', '', 0)`);
      const ended = await tasks.until(result!['taskId'], 'completed', 'failed');
      expect(ended['result']).toMatchObject({ content: [{ text: String(second!.pid) }] });
      zombie.process.kill('SIGCONT');
      await untilNotes('ended', 2);
      const other = await tasks.call('five');
      await tasks.until(other.result!['taskId'], 'completed', 'failed');
      expect(await tasks.get(result!['taskId'])).toEqual(ended);
    });
  });
});
