/**
 * Tasks whose workers are killed, at any moment and again and again. More of them with
 * RONDO_KILL_TASKS.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import type { McpServer } from '../../src/server/server.ts';
import { openEmbedded } from '../../src/stores/embedded/open-embedded.ts';
import { postgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { TEST_KEY, overWires } from '../support/each-wire.ts';
import {
  type BegunStep,
  type TaskServer,
  beginJourneys,
  checkSteps,
  followJourneys,
  journeyResult,
} from '../support/killed/journeys.ts';
import { Successors } from '../support/killed/successors.ts';
import { request } from '../support/messages.ts';
import { withPostgres } from '../support/postgres/if-there.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { Program } from '../support/program.ts';
import { type TaskBench, WITH_TASKS, openTasks } from '../support/tasks.ts';
import { headersFor } from '../support/wires.ts';

const TASKS = Number(process.env['RONDO_KILL_TASKS'] ?? 6);

/** After so many kills the rest may come to its end. */
const KILLS = TASKS / 2;

/** The same for a process that takes seconds to be there again. */
const RESTARTS = Math.min(KILLS, 20);

/** How many tasks run beside one that kills its worker. */
const BESIDE = Math.ceil(TASKS / 4);

/** Only what hangs takes longer: a busy machine needs four times what an idle one does. */
const LONGEST = 300_000 + TASKS * 6_000;

/** The table of lapses: one row for each lease that has lapsed. */
const LAPSED = [
  'create table public.lapsed (task_id text not null)',
  `create function public.note_lapse() returns trigger language plpgsql as $$
    begin insert into public.lapsed values (new.task_id); return new; end $$`,
  `create trigger lapses after update on rondo.task for each row
    when (new.lapses > old.lapses) execute function public.note_lapse()`,
];

const ENV = { RONDO_STATE_KEYS: TEST_KEY };

/** How often leases of each task have lapsed, by its number. */
function lapsesOf(rows: readonly { task_id: string }[], taskIds: readonly string[]) {
  return (task: number): number =>
    rows.filter(({ task_id }) => task_id === taskIds[task - 1]).length;
}

function checkEnds(ended: ReadonlyMap<string, UnknownRecord>, taskIds: readonly string[]): void {
  const all = taskIds.map((taskId) => ended.get(taskId));
  expect(all).toMatchObject(taskIds.map((_, i) => journeyResult(i + 1)));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Does it every so many ms, until what it returns is called, which waits for the last one. */
function repeating(work: () => Promise<unknown>, ms: number): () => Promise<void> {
  let isOver = false;
  const repeat = async (): Promise<void> => {
    while (!isOver) {
      await work();
      await pause(ms);
    }
  };
  const ended = repeat();
  return () => {
    isOver = true;
    return ended;
  };
}

function print(where: string, numbers: Readonly<Record<string, number>>): void {
  const all = Object.entries(numbers).map(([name, number]) => `${number} ${name}`);
  console.log(`${where}: ${all.join(', ')}`);
}

withPostgres(() => {
  overWires('tasks in PostgreSQL whose workers are killed', ['in process'], (bench) => {
    let postgres: PostgresServer;

    beforeAll(async () => {
      postgres = await PostgresServer.start();
      await postgres.query(
        'create table steps (task integer, step integer, key text, pid integer)',
      );
      await (await postgresStore({ connectionString: postgres.address })).close();
      for (const statement of LAPSED) await postgres.query(statement);
    });
    afterAll(() => postgres.remove());

    async function client(): Promise<TaskServer> {
      const store = await postgresStore({ connectionString: postgres.address });
      onTestFinished(() => store.close());
      const tools = (server: McpServer): void => {
        for (const name of ['journey', 'poison']) {
          server.registerTool(name, { task: 'always' }, () => '');
        }
      };
      return inProcess(await openTasks(bench, tools, { store, worker: false }));
    }

    async function workers(count: number, lease: number): Promise<Successors> {
      const args = [postgres.address, String(lease)];
      const all = new Successors(() => new Program('test/programs/killed/postgres.ts', args, ENV));
      onTestFinished(() => all.stop());
      await Promise.all(Array.from({ length: count }, () => all.start()));
      return all;
    }

    it(
      `K2 ${TASKS} tasks all complete while one of three workers is killed every second, no step is lost, and repeated ones are repeats of one lapsed lease each`,
      async () => {
        const server = await client();
        const three = await workers(3, 3_000);
        const taskIds = await beginJourneys(server, TASKS, 500);
        // On a slow machine a successor may need more than a second: one has to be there.
        void three.keepKilling(KILLS, async () => {
          do await pause(1_000);
          while (three.ready.length < 2);
        });
        const ended = await followJourneys(server, taskIds);
        await three.stop();
        checkEnds(ended, taskIds);
        const steps = await postgres.query<BegunStep>('select task, step, key from steps');
        const lapsed = await postgres.query<{ task_id: string }>('select task_id from lapsed');
        const repeats = checkSteps(steps, TASKS, lapsesOf(lapsed, taskIds));
        const counted = {
          kills: three.gone,
          'lapsed leases': lapsed.length,
          'repeated steps': repeats,
        };
        print('PostgreSQL', { tasks: TASKS, steps: steps.length, ...counted });
        expect(three.gone).toBeGreaterThan(0);
      },
      LONGEST,
    );

    it(
      `K14 a task that kills its worker each time fails alone, beside ${BESIDE} others`,
      async () => {
        await postgres.query('delete from steps');
        await postgres.query('delete from lapsed');
        const server = await client();
        const poison = await server.call('poison', {});
        const taskIds = await beginJourneys(server, BESIDE, 200);
        const two = await workers(2, 3_000);
        onTestFinished(repeating(passTime, 100));
        const ended = await followJourneys(server, [poison, ...taskIds]);
        await two.stop();
        expect(ended.get(poison)).toMatchObject({ status: 'failed', error: { code: -32_603 } });
        checkEnds(ended, taskIds);
        const lapsed = await postgres.query<{ task_id: string }>('select task_id from lapsed');
        const own = lapsed.filter(({ task_id }) => task_id === poison).length;
        expect(own).toBe(6);
        print('Poison', {
          tasks: BESIDE,
          kills: two.gone,
          'lapses of others': lapsed.length - own,
        });
        expect(two.gone).toBeLessThanOrEqual(own);
      },
      LONGEST,
    );

    /** For tasks that wait because they have lapsed. */
    function passTime(): Promise<unknown> {
      return postgres.query(`update rondo.lease l set due = rondo.now_ms() from rondo.task t
      where t.task_id = l.task_id and t.lapses > 0 and not l.is_held
        and l.due > rondo.now_ms() and not exists (select from rondo.ask a
          where a.task_id = l.task_id and not a.is_answered)`);
    }
  });
});

function inProcess(tasks: TaskBench): TaskServer {
  return {
    call: async (tool, args) => (await tasks.call(tool, args)).result!['taskId'] as string,
    get: (taskId) => tasks.get(taskId),
    answer: async (taskId, inputResponses) =>
      void (await tasks.ask('tasks/update', taskId, { inputResponses })),
  };
}

describe('tasks in a directory', () => {
  it(
    `K2 ${TASKS} tasks all complete while their only process is killed again and again`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'rondo-killed-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const directory = join(folder, 'store');
      const file = join(folder, 'steps');
      writeFileSync(file, '');
      const begun = (): BegunStep[] => {
        const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
        return lines.map((line) => JSON.parse(line) as BegunStep);
      };
      await inDirectory(directory, LAPSED);
      const args = [directory, '3000', file];
      const one = new Successors(() => new Program('test/programs/killed/embedded.ts', args, ENV));
      onTestFinished(() => one.stop());
      await one.start();
      const server = overHttp(() => /ready (\S+)/.exec(one.ready.at(-1)?.output ?? '')?.[1]);
      const taskIds = await beginJourneys(server, TASKS, 500);
      void one.keepKilling(RESTARTS, async () => {
        const { length } = begun();
        // Of the five steps that each task has: so it is killed more than once before all are done.
        const more = Math.min(TASKS, 40) * (0.5 + Math.random());
        while (one.ready.length === 0 || begun().length < length + more) await pause(20);
      });
      const ended = await followJourneys(server, taskIds);
      await one.stop();
      checkEnds(ended, taskIds);
      const steps = begun();
      const lapsed = await inDirectory(directory, ['select task_id from public.lapsed']);
      const repeats = checkSteps(steps, TASKS, lapsesOf(lapsed, taskIds));
      const counted = {
        kills: one.gone,
        'lapsed leases': lapsed.length,
        'repeated steps': repeats,
      };
      print('A directory', { tasks: TASKS, steps: steps.length, ...counted });
      expect(one.gone).toBeGreaterThan(0);
    },
    LONGEST,
  );
});

/** Runs statements in a store that no process has. Returns the rows of the last one. */
async function inDirectory(directory: string, statements: readonly string[]) {
  mkdirSync(directory, { recursive: true });
  const { value, close } = await openEmbedded(directory);
  let rows: readonly { task_id: string }[] = [];
  for (const statement of statements) rows = await value.executor.query(statement);
  await close();
  return rows;
}

/** Sends each request until a server answers it. A lost reply may leave a task behind, which nobody follows. */
function overHttp(url: () => string | undefined): TaskServer {
  const send = async (method: string, params: UnknownRecord): Promise<UnknownRecord> => {
    const message = request(method, params, WITH_TASKS);
    const headers = headersFor(message);
    for (;;) {
      const at = url();
      const body = JSON.stringify(message);
      const text = at === undefined ? '' : await post(at, headers, body).catch(() => '');
      if (text !== '') return (JSON.parse(text) as { result: UnknownRecord }).result;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return {
    call: async (name, args) =>
      (await send('tools/call', { name, arguments: args }))['taskId'] as string,
    get: (taskId) => send('tasks/get', { taskId }),
    answer: async (taskId, inputResponses) =>
      void (await send('tasks/update', { taskId, inputResponses })),
  };
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', headers, body });
  return response.text();
}
