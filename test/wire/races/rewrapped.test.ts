/** What is written while a store is sealed anew under another key, which other instances go on with (K13). */
import { expect, it } from 'vitest';
import type { McpServer } from '../../../src/server/server.ts';
import { KeyRing, generateKey } from '../../../src/state/key-ring.ts';
import { Sealer } from '../../../src/state/sealer.ts';
import {
  type Database,
  instance,
  overDatabases,
  overPostgres,
} from '../../support/races/instances.ts';
import { YES } from '../../support/tasks.ts';

const setUp = (server: McpServer): void => {
  const inputSchema = { type: 'object', properties: { name: { type: 'string' } } } as const;
  server.registerTool('work', { task: 'always', inputSchema }, async ({ name }, ctx) => {
    ctx.status('begun');
    const made = await ctx.step('made', () => `made for ${String(name)}`);
    const first = await ctx.confirm('first', 'First?');
    ctx.status('half done');
    const second = await ctx.confirm('second', 'Second?');
    return `${made}: ${first}, ${second}`;
  });
};

/** A task that has been begun under the old key, and waits; instances that seal under the new one. */
async function rotating(database: Database) {
  const [old, next] = [generateKey(), generateKey()];
  const with_ = (...keys: string[]) => instance(database, setUp, { state: { keys } });
  await database.query('delete from rondo.secret');
  const before = await with_(old);
  before.server.work(1);
  const { taskId } = (await before.call('work', { name: 'Ada' })).result!;
  await before.until(taskId, 'input_required');
  await before.server.close();
  const [rewrapping, other] = [await with_(next, old), await with_(next, old)];
  const answer = async (on: typeof other, key: string): Promise<void> => {
    const { result } = await on.ask('tasks/update', taskId, { inputResponses: { [key]: YES } });
    expect(result).toMatchObject({ resultType: 'complete' });
  };
  /** Goes on where nobody has the old key any more. */
  const goesOn = async (): Promise<void> => {
    const [id] = new Sealer(new KeyRing([next]), 'task').keyIds;
    const ids = await database.query('select distinct key_id from rondo.sealed');
    expect(ids).toEqual([{ key_id: id }]);
    await other.server.close();
    const after = await with_(next);
    after.server.work(1);
    await expect
      .poll(() => after.get(taskId))
      .toMatchObject({ statusMessage: 'half done', inputRequests: { second: {} } });
    await answer(after, 'second');
    expect(await after.until(taskId, 'completed', 'failed')).toMatchObject({
      result: { content: [{ text: 'made for Ada: true, true' }] },
    });
  };
  return { rewrapping, other, taskId, answer, goesOn };
}

overDatabases('K13 sealing anew', (database) => {
  it('leaves alone what is written after it was read: messages, answers, journals, questions', async () => {
    const { rewrapping, other, taskId, answer, goesOn } = await rotating(database);
    const reseal = rewrapping.points.hold('before reseal');
    const rewrapped = rewrapping.store.rewrap();
    await reseal.reached();
    other.server.work(1);
    await answer(other, 'first');
    await expect.poll(() => other.get(taskId)).toMatchObject({ inputRequests: { second: {} } });
    await expect.poll(() => other.get(taskId)).toMatchObject({ statusMessage: 'half done' });
    await reseal.letGo();
    await rewrapped;
    await goesOn();
  });
});

overPostgres('K13 the transaction of sealing anew', (database) => {
  it('lets an answer that comes meanwhile be written after it', async () => {
    const { rewrapping, other, answer, goesOn } = await rotating(database);
    const reseal = await database.points.hold('in reseal');
    const rewrapped = rewrapping.store.rewrap();
    await reseal.reached();
    const answered = answer(other, 'first');
    await database.points.untilBlocked('rondo.answer_');
    await reseal.letGo();
    await Promise.all([rewrapped, answered]);
    await goesOn();
  });

  it('finds changed what is written in a transaction that it meets', async () => {
    const { rewrapping, other, answer, goesOn } = await rotating(database);
    const before = rewrapping.points.hold('before reseal');
    const rewrapped = rewrapping.store.rewrap();
    await before.reached();
    const held = await database.points.hold('in answer');
    const answered = answer(other, 'first');
    await held.reached();
    await before.letGo();
    await database.points.untilBlocked('for no key update');
    await held.letGo();
    await Promise.all([rewrapped, answered]);
    await goesOn();
  });
});
