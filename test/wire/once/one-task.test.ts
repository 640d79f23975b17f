/**
 * Rounds that run once and become tasks, with both in one database (K8). The task is written first, and then
 * the reply: here one of the two writes fails, and the same request comes again, to another instance.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { McpServer } from '../../../src/server/server.ts';
import type { Store } from '../../../src/server/store.ts';
import { defineStore } from '../../../src/stores/define-store.ts';
import { openEmbedded } from '../../../src/stores/embedded/open-embedded.ts';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import type { Query } from '../../../src/stores/sql/executor.ts';
import { RETRYABLE } from '../../support/guard.ts';
import { silent } from '../../support/logger.ts';
import { type Message, type RequestMessage, call, retry, textOf } from '../../support/messages.ts';
import { withPostgres } from '../../support/postgres/if-there.ts';
import { PostgresServer } from '../../support/postgres/postgres-server.ts';
import { WITH_TASKS } from '../../support/tasks.ts';
import { WIRES } from '../../support/wires.ts';

/** Points at which a write fails, as if the process were gone. */
const POINTS = `
create table fails (point text);
create function fail() returns trigger language plpgsql as $$ begin
  if exists (select 1 from fails where point = tg_argv[0]) then raise exception 'gone'; end if;
  return new;
end $$;
create trigger reply before update on rondo.guard
  for each row when (new.state = 'done') execute function fail('reply');
create trigger task before insert on rondo.task for each row execute function fail('task')`;

interface Database {
  readonly store: () => Promise<Store>;
  query<Row extends object>(text: string): Promise<readonly Row[]>;
}

const KEYS = ['A'.repeat(43)];

/** An instance that works no tasks, and one that does: what the first has begun, the second may end. */
async function open({ store, query }: Database) {
  const effects: string[] = [];
  const instance = async () => {
    const options = { store: await store(), state: { keys: KEYS }, logger: silent };
    const server = new McpServer({ name: 's', version: '1' }, options);
    const work = { replay: 'once' } as const;
    server.registerTool('always', { ...work, task: 'always' }, async (ctx) => {
      await ctx.step('work', () => void effects.push('work'));
      return 'done';
    });
    server.registerTool('later', work, async (ctx) => {
      await ctx.step('before', () => void effects.push('before'));
      await ctx.detach();
      await ctx.step('work', () => void effects.push('work'));
      return 'done';
    });
    server.registerTool('refusing', { ...work, interrupted: 'refuse' }, async (ctx) => {
      await ctx.detach();
      await ctx.step('work', () => void effects.push('work'));
      return 'done';
    });
    const wire = await WIRES['in process'](server);
    onTestFinished(() => server.close());
    return { server, send: async (message: Message) => (await wire.send(message)).response };
  };
  const [first, second] = [await instance(), await instance()];
  await query('delete from rondo.task');
  /** The second round of a flow whose first had nothing that could be recognised. */
  const begin = async (tool: string): Promise<RequestMessage> => {
    const message = call(tool);
    Object.assign(message.params._meta, WITH_TASKS);
    return retry(message, await first.send(message), {}) as RequestMessage;
  };
  const failing = async (point: string, message: Message): Promise<Message> => {
    await query(`insert into fails values ('${point}')`);
    const response = await first.send(message);
    await query('delete from fails');
    // What a lease of 30 s comes to: whose reply could not be written cannot let go of it either.
    if (point === 'reply') await query('update rondo.guard set lease_until = 0');
    return response;
  };
  const tasks = async (): Promise<string[]> => {
    const rows = await query<{ task_id: string }>('select task_id from rondo.task');
    return rows.map(({ task_id }) => task_id);
  };
  const ended = async (): Promise<void> => {
    second.server.work(5);
    const isOpen = `select 1 from rondo.task where ended is null`;
    while ((await query(isOpen)).length > 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
  };
  return { effects, begin, failing, again: second.send, tasks, ended };
}

function scenarios(name: string, database: Database): void {
  describe(`S7 K8 in one ${name}, a task and the reply of its round`, () => {
    it.each(['always', 'later'])('are one: %s, the reply fails', async (tool) => {
      const { effects, begin, failing, again, tasks, ended } = await open(database);
      const message = await begin(tool);
      expect((await failing('reply', message)).error).toMatchObject(RETRYABLE);
      const [taskId, ...others] = await tasks();
      expect(others).toEqual([]);
      const replies = [await again(message), await again(message)];
      expect(replies.map(({ result }) => result!['taskId'])).toEqual([taskId, taskId]);
      await ended();
      expect(await tasks()).toEqual([taskId]);
      expect(effects).toEqual(tool === 'later' ? ['before', 'work'] : ['work']);
    });

    it('are not there if the task fails that is to begin, and both at the next try', async () => {
      const { effects, begin, failing, again, tasks, ended } = await open(database);
      const message = await begin('always');
      expect((await failing('task', message)).error).toMatchObject(RETRYABLE);
      expect(await tasks()).toEqual([]);
      const { result } = await again(message);
      expect(await tasks()).toEqual([result!['taskId']]);
      await ended();
      expect(effects).toEqual(['work']);
    });

    it('are a round without a task if that fails where the round runs already', async () => {
      const { effects, begin, failing, again, tasks } = await open(database);
      const message = await begin('later');
      expect(textOf(await failing('task', message))).toBe('done');
      expect(textOf(await again(message))).toBe('done');
      expect(await tasks()).toEqual([]);
      expect(effects).toEqual(['before', 'work']);
    });

    it("are a task that runs once, and no reply, with interrupted: 'refuse'", async () => {
      const { effects, begin, failing, again, tasks, ended } = await open(database);
      const message = await begin('refusing');
      expect((await failing('reply', message)).error).toMatchObject(RETRYABLE);
      expect((await again(message)).error).toMatchObject({ data: { reason: 'request_state' } });
      await ended();
      expect([(await tasks()).length, effects]).toEqual([1, ['work']]);
    });
  });
}

describe('with an embedded database', () => {
  let directory: string;
  let close: () => Promise<void>;
  const database = {} as { -readonly [K in keyof Database]: Database[K] };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rondo-once-'));
    const opened = await openEmbedded(directory);
    const { executor, ...parts } = opened.value;
    ({ close } = opened);
    const transaction = <T>(work: (query: Query) => Promise<T>): Promise<T> =>
      executor.transaction(work);
    const nothing = async (): Promise<void> => undefined;
    database.store = async () => defineStore<Query>({ ...parts, transaction, close: nothing });
    database.query = (text) => executor.query(text);
    for (const statement of POINTS.split(/;\n(?=create)/)) await executor.query(statement);
  });
  afterAll(async () => {
    await close();
    await rm(directory, { recursive: true });
  });

  scenarios('embedded database', database);
});

withPostgres(() => {
  let postgres: PostgresServer;
  const stores: Store[] = [];
  const database = {} as { -readonly [K in keyof Database]: Database[K] };

  beforeAll(async () => {
    postgres = await PostgresServer.start();
    database.store = async () => {
      stores.push(await postgresStore({ connectionString: postgres.address }));
      return stores.at(-1)!;
    };
    database.query = (text) => postgres.query(text);
    await database.store();
    await postgres.query(POINTS);
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await postgres.remove();
  });

  scenarios('PostgreSQL', database);
});
