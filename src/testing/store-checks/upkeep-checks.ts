/** Ends, expiry, marks and keys. */
import {
  HOUR,
  SHORT,
  type StoreCheck,
  answer,
  check,
  question,
  row,
  same,
  sealed,
  until,
} from './store-check.ts';

export const UPKEEP_CHECKS: readonly StoreCheck[] = [
  check('a task that has ended has its end, no journal, and time to be read', async (trial) => {
    const lease = await trial.working({ ttl: HOUR / 2 });
    await trial.tasks.append(lease, [row('a')]);
    await trial.tasks.ask(lease, [question('b')]);
    const content = sealed('no');
    await trial.tasks.finish(lease, { status: 'failed', content, retention: HOUR });
    const task = (await trial.read(lease))!;
    same([task.status, task.end, task.questions], ['failed', content, []], 'the task');
    same(task.expiresAt >= task.now + HOUR - 60_000, true, 'its time');
    const counts = await trial.tasks.sealedUnder('k1', 1_000_000);
    const left = counts.filter((cell) => cell.taskId === lease.taskId);
    same(left.map(({ column }) => column).toSorted(), ['call', 'end'], 'what is left of it');
  }),

  check('a task past its time fails, is read for a while, and is deleted', async (trial) => {
    const short = await trial.create({ ttl: 1 });
    const held = await trial.create({ ttl: 1, lease: HOUR });
    const long = await trial.create();
    const expired: string[] = [];
    await until('both have failed', async () => {
      expired.push(...(await trial.tasks.expire(1_000, SHORT)));
      const both = [short, held].every(({ taskId }) => expired.includes(taskId));
      return both || undefined;
    });
    same(expired.includes(long.taskId), false, 'a task that has time left has failed');
    const failed = await trial.read(short);
    if (failed !== undefined) same([failed.status, failed.end ?? null], ['failed', null], 'it');
    await until('they are gone', async () => {
      const left = await trial.tasks.read([short.taskId, held.taskId]);
      return left.length === 0 || undefined;
    });
    await until('they are deleted', async () => (await trial.tasks.remove(1)) || undefined);
    same((await trial.read(long))?.status, 'working', 'the other');
    same([...(await trial.tasks.renew([held], HOUR))], [], 'the lease of one that has expired');
  }),

  check('the key and the flow of a task that is past its time are free', async (trial) => {
    const identity = { flowId: trial.audience, idempotency: trial.audience };
    const { taskId } = await trial.create(identity);
    await trial.tasks.cancel(taskId, 0);
    const shorter = await trial.create({ ttl: 1, flowId: `${trial.audience}/2` });
    await trial.tasks.cancel(shorter.taskId, 1);
    await until('its flow is free', async () => {
      const again = trial.newTask({ flowId: `${trial.audience}/2` });
      const created = await trial.tasks.create(again);
      return created.type === 'created' || undefined;
    });
    same((await trial.tasks.find(identity))?.taskId, taskId, 'one that has time left');
  }),

  check('an end leaves a mark if it is to, until that is settled', async (trial) => {
    const { audience, tasks } = trial;
    const marked = await trial.create({ marksEnd: true });
    const plain = await trial.create();
    same(await tasks.claimMarks(audience, 10, HOUR), [], 'marks before the end');
    await tasks.cancel(marked.taskId, HOUR);
    await tasks.cancel(plain.taskId, HOUR);
    same(await tasks.claimMarks(`not ${audience}`, 10, HOUR), [], 'marks of another audience');
    const claims = await Promise.all([1, 2, 3].map(() => tasks.claimMarks(audience, 10, HOUR)));
    const claimed = claims.flat();
    same(
      claimed.map(({ task, attempts }) => [task.taskId, task.status, attempts]),
      [[marked.taskId, 'cancelled', 1]],
      'marks that are claimed at once',
    );
    await tasks.settleMark(marked.taskId, 1);
    const again = await until('it is due again', async () => {
      return (await tasks.claimMarks(audience, 10, SHORT))[0];
    });
    same(again.attempts, 2, 'attempts');
    await until('a mark that nobody settles is due again', async () => {
      return (await tasks.claimMarks(audience, 10, HOUR))[0];
    });
    await tasks.settleMark(marked.taskId);
    await tasks.settleMark(marked.taskId, 0);
    same(await tasks.claimMarks(audience, 10, HOUR), [], 'marks in the end');
  }),

  check(
    'every sealed text is found by its key, and replaced if it is as it was read',
    async (trial) => {
      const keyId = `old ${trial.audience}`;
      const old = (text: string) => sealed(text, keyId);
      const lease = await trial.create({
        lease: HOUR,
        call: old('call'),
        entries: [{ key: 'e', content: old('e') }],
        asks: [question('q', { content: old('q?') }), question('p', { content: old('p?') })],
        dropped: [{ key: 'd', content: old('d') }],
      });
      await trial.tasks.describe(lease, old('message'));
      await trial.tasks.answer(lease.taskId, [{ ref: 'q~1', content: old('q!') }]);
      const cells = await trial.tasks.sealedUnder(keyId, 100);
      same(cells.length, 7, 'texts under the old key');
      same((await trial.tasks.sealedUnder(keyId, 3)).length, 3, 'at most three of them');
      same((await trial.tasks.countKeys()).get(keyId), 7, 'their count');
      const stale = cells.find(({ column }) => column === 'message')!;
      await trial.tasks.describe(lease, old('another message'));
      same(await trial.tasks.reseal(stale, sealed('stale', 'new')), false, 'one that has changed');
      for (const cell of await trial.tasks.sealedUnder(keyId, 100)) {
        const next = sealed(`${cell.sealed.text} anew`, `new ${trial.audience}`);
        same(await trial.tasks.reseal(cell, next), true, `${cell.column} ${cell.key}`);
      }
      same((await trial.tasks.countKeys()).get(keyId) ?? 0, 0, 'those left');
      const loaded = await trial.tasks.load(lease);
      const texts = [
        loaded.call,
        loaded.message,
        ...loaded.entries.map(({ content }) => content),
        ...loaded.asks.flatMap(({ content, answer: given }) =>
          given ? [content, given] : [content],
        ),
        ...loaded.dropped.map(({ content }) => content),
      ].map((each) => each?.text);
      const expected = ['call', 'another message', 'e', 'q?', 'q!', 'p?', 'd'];
      same(
        texts,
        expected.map((text) => `${text} anew`),
        'in their order',
      );
      same(await trial.tasks.answer(lease.taskId, [answer('q~1')]), [], 'a second answer');
    },
  ),

  check('the secret is made once, and replaced if it is as it was read', async ({ secret }) => {
    const made = Array.from({ length: 5 }, (_, i) => sealed(`secret ${i}`));
    const loaded = await Promise.all(made.map((each) => secret.load(each)));
    same(new Set(loaded.map(({ text }) => text)).size, 1, 'secrets');
    const stored = loaded[0]!;
    same(await secret.reseal(sealed('another'), sealed('stale')), false, 'one that it is not');
    const anew = { ...stored, keyId: 'k2' };
    same(await secret.reseal(stored, anew), true, 'the one that it is');
    same(await secret.load(sealed('late')), anew, 'then');
    await secret.reseal(anew, stored);
  }),
];
