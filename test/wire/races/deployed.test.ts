/** A task that waits in the middle while the servers are replaced: by other handlers, names and tables (K14). */
import { expect, it } from 'vitest';
import type { Context } from '../../../src/index.ts';
import type { McpServer } from '../../../src/server/server.ts';
import {
  type Database,
  type Instance,
  instance,
  overDatabases,
  overPostgres,
} from '../../support/races/instances.ts';
import { YES } from '../../support/tasks.ts';

/** A handler that says which release it is of; and what has been run, by which. */
function handlers() {
  const runs: string[] = [];
  const of =
    (release: string) =>
    async (ctx: Context): Promise<string> => {
      const made = await ctx.step('make', () => {
        runs.push(`make by ${release}`);
        return release;
      });
      if (!(await ctx.confirm('sure', 'Sure?'))) return 'kept';
      await ctx.step('use', () => void runs.push(`use by ${release}`));
      return `made by ${made}, used by ${release}`;
    };
  return { runs, of };
}

/** Begins a task on an instance, which works it until it asks. */
async function asking(on: Instance, tool: string): Promise<string> {
  on.server.work(1);
  const taskId = (await on.call(tool)).result!['taskId'] as string;
  await on.until(taskId, 'input_required');
  return taskId;
}

async function answer(on: Instance, taskId: string): Promise<void> {
  const { result } = await on.ask('tasks/update', taskId, { inputResponses: { sure: YES } });
  expect(result).toMatchObject({ resultType: 'complete' });
}

const ended = (on: Instance, taskId: string) => on.until(taskId, 'completed', 'failed');

const text = (is: string): object => ({
  status: 'completed',
  result: { content: [{ type: 'text', text: is }] },
});

overDatabases('K14 a deployment in the middle of a task', (database: Database) => {
  it('of another version of its handler leaves it to one that accepts it, which repeats no step', async () => {
    const { runs, of } = handlers();
    const release = (name: string, config: object) =>
      instance(database, (server: McpServer) => {
        server.registerTool('work', { task: 'always', ...config }, of(name));
      });
    const first = await release('1', { version: '1' });
    const taskId = await asking(first, 'work');
    const other = await release('2', { version: '2' });
    await first.server.close();
    await answer(other, taskId);
    expect(await other.server.runTasks({ for: 200 })).toEqual({ ran: 0, due: 0 });
    expect(await other.get(taskId)).toMatchObject({ status: 'working' });
    const accepting = await release('2.1', { version: '2.1', accepts: ['1', '2'] });
    expect(await accepting.server.runTasks({ for: 20_000 })).toEqual({ ran: 1, due: 0 });
    for (const on of [first, other, accepting]) {
      expect(await ended(on, taskId)).toMatchObject(text('made by 1, used by 2.1'));
    }
    expect(runs).toEqual(['make by 1', 'use by 2.1']);
  });

  it('that renames its tool goes on with it under the old name, for clients of old and new instances', async () => {
    const { runs, of } = handlers();
    const old = await instance(database, (server) => {
      server.registerTool('old_name', { task: 'always' }, of('old'));
    });
    const renamed = await instance(database, (server) => {
      server.registerTool('new_name', { task: 'always', aliases: ['old_name'] }, of('new'));
    });
    const taskId = await asking(old, 'old_name');
    await old.server.close();
    renamed.server.work(1);
    expect(await renamed.get(taskId)).toEqual(await old.get(taskId));
    await answer(renamed, taskId);
    for (const on of [old, renamed]) {
      expect(await ended(on, taskId)).toMatchObject(text('made by old, used by new'));
    }
    expect(runs).toEqual(['make by old', 'use by new']);
  });

  it('that has changed the tables for the next release does no harm to this one', async () => {
    const { runs, of } = handlers();
    const setUp = (server: McpServer): void =>
      void server.registerTool('work', { task: 'always' }, of('this'));
    const open = await instance(database, setUp);
    const taskId = await asking(open, 'work');
    await database.query('update rondo.format set version = version + 1');
    await database.query('alter table rondo.task add column later text');
    await open.server.close();
    const started = await instance(database, setUp);
    await answer(open, taskId);
    started.server.work(1);
    expect(await ended(open, taskId)).toMatchObject(text('made by this, used by this'));
    expect(runs).toEqual(['make by this', 'use by this']);
    await database.query('alter table rondo.task drop column later');
    await database.query('update rondo.format set version = version - 1');
  });
});

/** Takes away what the first version of the tables has not. */
const TO_VERSION_1 = `do $$ declare added regprocedure; begin
  for added in select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'rondo' and p.proname <> 'now_ms' loop
    execute 'drop function ' || added;
  end loop;
  alter table rondo.guard drop column is_taken_over;
  update rondo.format set version = 1;
end $$`;

overPostgres('K14 a deployment in the middle of a task', (database) => {
  it('that finds tables of the first version brings them up to date, also where two start at once', async () => {
    const { runs, of } = handlers();
    const setUp = (server: McpServer): void =>
      void server.registerTool('work', { task: 'always' }, of('this'));
    const before = await instance(database, setUp);
    const taskId = await asking(before, 'work');
    await before.server.close();
    await database.query(TO_VERSION_1);
    const [one, two] = await Promise.all([instance(database, setUp), instance(database, setUp)]);
    await answer(one, taskId);
    two.server.work(1);
    expect(await ended(one, taskId)).toMatchObject(text('made by this, used by this'));
    expect(runs).toEqual(['make by this', 'use by this']);
  });
});
