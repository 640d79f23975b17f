/**
 * Rounds that run once and become tasks, with both in one database (K8): the task and the reply are written in one
 * transaction. Here one of the two writes fails, and the same request comes again, to another instance.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Context } from '../../../src/server/flows/context.ts';
import { McpServer } from '../../../src/server/server.ts';
import type { Store } from '../../../src/server/store.ts';
import { type StoreParts, defineStore } from '../../../src/stores/define-store.ts';
import { openEmbedded } from '../../../src/stores/embedded/open-embedded.ts';
import { type OpenedPostgres, openPostgres } from '../../../src/stores/postgres/open-postgres.ts';
import type { Query } from '../../../src/stores/sql/executor.ts';
import { RETRYABLE } from '../../support/guard.ts';
import { silent } from '../../support/logger.ts';
import {
  type Message,
  type RequestMessage,
  call,
  request,
  retry,
  textOf,
} from '../../support/messages.ts';
import { withPostgres } from '../../support/postgres/if-there.ts';
import { PostgresServer } from '../../support/postgres/postgres-server.ts';
import { WITH_TASKS } from '../../support/tasks.ts';
import { WIRES } from '../../support/wires.ts';

/** Points at which the next write fails, and those after it do not. */
const POINTS = `
create table fails (point text);
create sequence failed;
create function fail() returns trigger language plpgsql as $$ begin
  if exists (select 1 from fails where point = tg_argv[0]) and nextval('failed') = 1
    then raise exception 'gone'; end if;
  return new;
end $$;
create trigger reply before update on rondo.guard
  for each row when (new.state = 'done') execute function fail('reply');
create trigger task before insert on rondo.task for each row execute function fail('task')`;

interface Database {
  /** @param isTwice whether each transaction is made once more after it is committed, as if that had got lost */
  readonly store: (isTwice?: boolean) => Store;
  query<Row extends object>(text: string): Promise<readonly Row[]>;
}

const KEYS = ['A'.repeat(43)];

/** An instance that works no tasks, and one that does: what the first has begun, the second may end. */
async function open({ store, query }: Database) {
  const effects: string[] = [];
  /** Waits until a task has been written, or was to be. */
  const tried = async (): Promise<void> => {
    const isTried = 'select 1 from failed where is_called union all select 1 from rondo.task';
    while ((await query(isTried)).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const instance = async () => {
    const tasks = { autoAfter: 50 };
    const options = { store: store(), state: { keys: KEYS }, logger: silent, tasks };
    const server = new McpServer({ name: 's', version: '1' }, options);
    for (const interrupted of ['repeat', 'refuse'] as const) {
      const once = { replay: 'once', interrupted } as const;
      server.registerTool(`always, ${interrupted}`, { ...once, task: 'always' }, async (ctx) => {
        await ctx.step('work', () => void effects.push('work'));
        return 'done';
      });
      const goesOn = async (ctx: Context, detach: () => Promise<void>): Promise<string> => {
        await ctx.step('before', () => void effects.push('before'));
        await detach();
        await ctx.step('work', () => void effects.push('work'));
        return 'done';
      };
      server.registerTool(`later, ${interrupted}`, once, (ctx) => goesOn(ctx, () => ctx.detach()));
      server.registerTool(`auto, ${interrupted}`, { ...once, task: 'auto' }, (ctx) =>
        goesOn(ctx, () => ctx.step('wait', tried)),
      );
    }
    const wire = await WIRES['in process'](server);
    onTestFinished(() => server.close());
    return { server, send: async (message: Message) => (await wire.send(message)).response };
  };
  await query('delete from rondo.task');
  await query('delete from rondo.guard');
  const [first, second] = [await instance(), await instance()];
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
    await query('alter sequence failed restart');
    return response;
  };
  const tasks = async (): Promise<string[]> => {
    const rows = await query<{ task_id: string }>('select task_id from rondo.task');
    return rows.map(({ task_id }) => task_id);
  };
  /** Which transactions have written the task, and the reply. */
  const written = async (): Promise<readonly object[]> =>
    query(`select s.xmin::text as task, g.xmin::text as reply from rondo.sealed s, rondo.guard g
      where s.kind = 'call' and g.state = 'done'`);
  const replies = async (): Promise<number> =>
    (await query(`select 1 from rondo.guard where state = 'done'`)).length;
  const ended = async (): Promise<void> => {
    second.server.work(5);
    const isOpen = `select 1 from rondo.task where ended is null`;
    while ((await query(isOpen)).length > 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const [send, again] = [first.send, second.send];
  return { effects, begin, send, again, failing, tasks, replies, written, ended };
}

const INTERRUPTED = ['repeat', 'refuse'] as const;

function scenarios(name: string, database: Database): void {
  describe(`S7 K8 in one ${name}, a task and the reply of its round`, () => {
    it.each(['always, repeat', 'later, repeat', 'auto, repeat'])(
      'are written by one transaction: %s',
      async (tool) => {
        const { begin, send, again, tasks, written, ended } = await open(database);
        const message = await begin(tool);
        const { result } = await send(message);
        expect(await tasks()).toEqual([result!['taskId']]);
        const transaction = expect.any(String) as string;
        const [row, ...others] = await written();
        expect([row, others]).toEqual([{ task: transaction, reply: transaction }, []]);
        expect(new Set(Object.values(row!)).size).toBe(1);
        expect((await again(message)).result).toEqual(result);
        await ended();
        const get = request('tasks/get', { taskId: result!['taskId'] }, WITH_TASKS);
        const { createdAt, ttlMs, status } = (await again(get)).result!;
        expect([createdAt, status]).toEqual([result!['createdAt'], 'completed']);
        expect(ttlMs).toBeGreaterThanOrEqual(result!['ttlMs'] as number);
      },
    );

    describe.each(INTERRUPTED)('with interrupted: %s', (interrupted) => {
      it.each(['reply', 'task'])(
        'are not there if one fails of a task that is to begin, and both at the next try: the %s',
        async (point) => {
          const { effects, begin, failing, again, tasks, replies, ended } = await open(database);
          const message = await begin(`always, ${interrupted}`);
          expect((await failing(point, message)).error).toMatchObject(RETRYABLE);
          expect([await tasks(), await replies()]).toEqual([[], 0]);
          const sent = [await again(message), await again(message)];
          const [taskId, ...others] = await tasks();
          expect(others).toEqual([]);
          expect(sent.map(({ result }) => result!['taskId'])).toEqual([taskId, taskId]);
          await ended();
          expect(effects).toEqual(['work']);
        },
      );

      it.each([
        ['later', 'reply'],
        ['later', 'task'],
        ['auto', 'reply'],
        ['auto', 'task'],
      ])(
        'are a round and its reply if one fails where it runs already: %s, the %s',
        async (tool, point) => {
          const { effects, begin, failing, again, tasks } = await open(database);
          const message = await begin(`${tool}, ${interrupted}`);
          expect(textOf(await failing(point, message))).toBe('done');
          expect(textOf(await again(message))).toBe('done');
          expect(await tasks()).toEqual([]);
          expect(effects).toEqual(['before', 'work']);
        },
      );
    });

    it('are there once if nobody has heard of it, and the transaction is tried again', async () => {
      const twice: Database = { ...database, store: () => database.store(true) };
      const { effects, begin, send, again, tasks, ended } = await open(twice);
      for (const tool of ['always, refuse', 'later, refuse']) {
        const message = await begin(tool);
        const { result } = await send(message);
        expect(await tasks()).toContain(result!['taskId']);
        expect((await again(message)).result).toEqual(result);
      }
      expect(await tasks()).toHaveLength(2);
      await ended();
      expect(effects.toSorted()).toEqual(['before', 'work', 'work']);
    });
  });
}

/** A store over these parts. */
function storeOver(parts: Omit<StoreParts<Query>, 'close'>, isTwice = false): Store {
  const { transaction } = parts;
  const twice: typeof transaction = async (work) => {
    await transaction(work);
    return transaction(work);
  };
  const close = async (): Promise<void> => undefined;
  return defineStore<Query>({ ...parts, transaction: isTwice ? twice : transaction, close });
}

describe('with an embedded database', () => {
  let directory: string;
  let close: () => Promise<void>;
  const database = {} as { -readonly [K in keyof Database]: Database[K] };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rondo-once-'));
    const opened = await openEmbedded(directory);
    const { executor, ...stores } = opened.value;
    ({ close } = opened);
    const parts = { ...stores, transaction: executor.transaction.bind(executor) };
    database.store = (isTwice) => storeOver(parts, isTwice);
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
  let opened: OpenedPostgres;
  const database = {} as { -readonly [K in keyof Database]: Database[K] };

  beforeAll(async () => {
    postgres = await PostgresServer.start();
    const { address: connectionString } = postgres;
    const setup = { connectionString, schema: 'rondo', migrate: true, prepare: false };
    opened = await openPostgres(setup);
    const { notifications: _notifications, close: _close, ...parts } = opened;
    database.store = (isTwice) => storeOver(parts, isTwice);
    database.query = (text) => postgres.query(text);
    await postgres.query(POINTS);
  });
  afterAll(async () => {
    await opened.close();
    await postgres.remove();
  });

  scenarios('PostgreSQL', database);
});
