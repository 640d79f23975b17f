/** Creating, reading, answering and cancelling. */
import type { OwnTasks, TaskRecord } from '../../tasks/contract.ts';
import {
  HOUR,
  type StoreCheck,
  answer,
  check,
  leaseOf,
  loses,
  question,
  row,
  same,
  sealed,
  textsOf,
} from './store-check.ts';

export const CLIENT_CHECKS: readonly StoreCheck[] = [
  check('a task that has been created can be read, and is due', async (trial) => {
    const task = trial.newTask({ idempotency: trial.audience });
    const created = await trial.tasks.create(task);
    const found = await trial.read(task);
    const { taskId, flowId, audience, target, version, principal, request, call } = task;
    const identity = { taskId, flowId, audience, target, version, principal, request, call };
    for (const [name, value] of Object.entries(identity)) {
      same(found?.[name as keyof typeof identity], value, name);
    }
    same(found?.status, 'working', 'its status');
    same(found!.expiresAt - found!.createdAt, HOUR, 'its ttl');
    same([found!.updatedAt, found!.questions], [found!.createdAt, []], 'the rest of it');
    same(created.type === 'created' && created.task.taskId, taskId, 'what create() says');
    same((await trial.tasks.find({ flowId }))?.taskId, taskId, 'by its flow');
    const idempotency = trial.audience;
    same((await trial.tasks.find({ idempotency }))?.taskId, taskId, 'by its key');
    const claimed = await trial.claimOne();
    same([claimed.taskId, claimed.wanted, claimed.lapses], [taskId, 1, 0], 'claimed');
    same((await trial.tasks.read(['no such task'])).length, 0, 'unknown tasks');
    same(await trial.tasks.find({ flowId: 'none' }), undefined, 'an unknown flow');
  }),

  check('a flow, and an idempotency key, has one task', async (trial) => {
    const { flowId } = trial.newTask();
    const idempotency = `key of ${trial.audience}`;
    for (const given of [{ flowId }, { idempotency }]) {
      const attempts = Array.from({ length: 5 }, () => trial.tasks.create(trial.newTask(given)));
      const created = await Promise.all(attempts);
      const types = created.map(({ type }) => type).toSorted();
      same(types, ['created', 'exists', 'exists', 'exists', 'exists'], 'created at once');
      const ids = created.map((each) => each.type !== 'full' && each.task.taskId);
      same(new Set(ids).size, 1, 'different tasks');
    }
  }),

  check('a principal has at most so many tasks that have not ended', async (trial) => {
    const limited = { principal: `limited ${trial.audience}`, maxUnfinished: 2 };
    await trial.create(limited);
    const second = await trial.create(limited);
    const third = await trial.tasks.create(trial.newTask(limited));
    same(third.type, 'full', 'the third');
    await trial.create({ maxUnfinished: 2 });
    await trial.tasks.cancel(second.taskId, HOUR);
    await trial.create(limited);
  }),

  check('a run that goes on is created held, with what it brings along', async (trial) => {
    const answered = { ...question('b'), answer: sealed('b!') };
    const lease = await trial.create({
      lease: HOUR,
      entries: [row('e2'), row('e1')],
      asks: [question('a'), answered, question('t', { isTimer: true, expiresIn: HOUR })],
      dropped: [row('d')],
    });
    same((await trial.claim()).length, 0, 'tasks that another can claim');
    const loaded = await trial.tasks.load(lease);
    same(textsOf(loaded.entries), ['e2', 'e1'], 'entries');
    same(
      loaded.asks.map(({ key, isTimer, answer: a }) => [key, isTimer, a?.text ?? '']),
      [
        ['a', false, ''],
        ['b', false, 'b!'],
        ['t', true, ''],
      ],
      'asks',
    );
    const after = loaded.asks[2]!.expiresAt! - loaded.createdAt;
    same(after >= HOUR && after < HOUR + 60_000, true, `the timer is due after ${after} ms`);
    same(textsOf(loaded.dropped), ['d'], 'dropped');
    same(loaded.status, 'input_required', 'its status');
    same(textsOf(loaded.questions), ['a?'], 'its questions');
    await trial.tasks.append(lease, [row('a')]);
  }),

  check(
    'answers to tasks of a caller are for open questions of these, and of no others',
    async (trial) => {
      if (trial.tasks.answerOwn === undefined) return;
      const lease = await trial.working();
      const { audience } = trial;
      const own = { audience, principal: `principal of ${audience}`, targets: ['other', 'work'] };
      const give = (given: Partial<OwnTasks>, ...refs: string[]) => {
        const answers = refs.map((ref) => answer(ref));
        return trial.tasks.answerOwn!(lease.taskId, answers, { ...own, ...given });
      };
      const timer = question('t', { isTimer: true, expiresIn: HOUR });
      await trial.tasks.ask(lease, [question('a'), question('b'), timer]);
      const others = [{ audience: 'other' }, { principal: 'other' }, { targets: ['other'] }];
      for (const other of others) same(await give(other, 'a~1'), undefined, JSON.stringify(other));
      same(await trial.tasks.answerOwn('unknown', [], own), undefined, 'of an unknown task');
      same(await give({}, 't~1', 'a~2'), [], 'of a timer, and of what was not asked');
      same(await give({}, 't~1', 'a~1', 'c~1'), ['a~1'], 'of a question');
      same(await give({}, 'a~1'), [], 'of a question that has its answer');
      same(textsOf((await trial.read(lease))!.questions), ['b?'], 'open');
      await trial.tasks.cancel(lease.taskId, HOUR);
      same(await give({}, 'b~1'), undefined, 'of a task that has ended');
    },
  ),

  check('a task that is discarded was never there, unless it has ended', async (trial) => {
    if (trial.tasks.discard === undefined) return;
    const flowId = trial.audience;
    const lease = await trial.working({ flowId });
    await trial.tasks.append(lease, [row('a')]);
    await trial.tasks.ask(lease, [question('b')]);
    same(await trial.tasks.discard(lease.taskId), true, 'that it was there');
    same(await trial.tasks.discard(lease.taskId), false, 'that it is there still');
    same(await trial.read(lease), undefined, 'the task');
    await loses(trial.tasks.append(lease, [row('c')]), 'a write of who held it');
    const again = await trial.working({ flowId });
    await trial.tasks.cancel(again.taskId, HOUR);
    same(await trial.tasks.discard(again.taskId), false, 'one that has ended');
    same((await trial.read(again))?.status, 'cancelled', 'one that has ended, afterwards');
  }),

  check(
    'a task waits for input exactly while it has a question without an answer',
    async (trial) => {
      const lease = await trial.working();
      const { taskId } = lease;
      const statusOf = async () => {
        const task = await trial.read(lease);
        return [task!.status, textsOf(task!.questions)];
      };
      await trial.tasks.ask(lease, [question('t', { isTimer: true, expiresIn: HOUR })]);
      same(await statusOf(), ['working', []], 'with a timer');
      await trial.tasks.ask(lease, [question('b'), question('a'), question('c')]);
      same(await statusOf(), ['input_required', ['b?', 'a?', 'c?']], 'with three questions');
      await trial.tasks.answer(taskId, [answer('a~1')]);
      same(await statusOf(), ['input_required', ['b?', 'c?']], 'with two');
      await trial.tasks.answer(taskId, [answer('c~1'), answer('b~1')]);
      same(await statusOf(), ['working', []], 'with none');
    },
  ),

  check('a question takes its first answer, and only its own', async (trial) => {
    const lease = await trial.working();
    const { taskId } = lease;
    await trial.tasks.ask(lease, [question('a'), question('b')]);
    const given = Array.from({ length: 8 }, (_, i) => answer('a~1', String(i)));
    const taken = await Promise.all(given.map((each) => trial.tasks.answer(taskId, [each])));
    same(taken.flat(), ['a~1'], 'answers that were taken');
    const winner = given[taken.findIndex((refs) => refs.length > 0)]!;
    const both = await trial.tasks.answer(taskId, [answer('a~2'), answer('b~1'), answer('x~1')]);
    same(both, ['b~1'], 'of unknown and open ones');
    const { asks, wanted } = await trial.tasks.look(lease);
    same(asks[0]!.answer?.text, winner.content.text, 'the answer');
    same(wanted, 3, 'wanted: only what was taken counts');
    same(await trial.tasks.answer('no such task', [answer('a~1')]), [], 'of an unknown task');
  }),

  check('an answer is seen at whatever point of a release it comes', async (trial) => {
    const { taskId } = await trial.create();
    const ask = async (ref: string) => {
      const lease = await trial.claimOne();
      const { wanted } = await trial.tasks.look(lease);
      await trial.tasks.ask(lease, [question('a', { ref })]);
      return { lease, wanted };
    };
    const first = await ask('a~1');
    await trial.tasks.answer(taskId, [answer('a~1')]);
    same((await trial.claim()).length, 0, 'tasks that another can claim meanwhile');
    await trial.tasks.release(first.lease, { seen: first.wanted });
    const second = await ask('a~2');
    await trial.tasks.release(second.lease, { seen: second.wanted });
    same((await trial.claim()).length, 0, 'tasks that are due without an answer');
    await trial.tasks.answer(taskId, [answer('a~2')]);
    const third = await ask('a~3');
    await Promise.all([
      trial.tasks.release(third.lease, { seen: third.wanted }),
      trial.tasks.answer(taskId, [answer('a~3')]),
    ]);
    await trial.claimOne();
  }),

  check('the first end counts, of a cancel and a completion', async (trial) => {
    const content = sealed('result');
    const end = { status: 'completed', content, retention: HOUR } as const;
    const cancelled = await trial.working();
    same(await trial.tasks.cancel(cancelled.taskId, HOUR), true, 'cancelled');
    same(await trial.tasks.cancel(cancelled.taskId, HOUR), false, 'cancelled again');
    await trial.tasks.finish(cancelled, end).catch(() => undefined);
    same((await trial.read(cancelled))?.status, 'cancelled', 'completed after it');
    const completed = await trial.working();
    await trial.tasks.finish(completed, end);
    same(await trial.tasks.cancel(completed.taskId, HOUR), false, 'cancelled after it');
    same((await trial.read(completed))?.status, 'completed', 'then');
    const racing = await trial.working();
    const [finished, isCancelled] = await Promise.all([
      trial.tasks.finish(racing, end).then(
        () => true,
        () => false,
      ),
      trial.tasks.cancel(racing.taskId, HOUR),
    ]);
    same(finished, !isCancelled, 'at once, exactly one');
    same((await trial.claim(HOUR)).length, 0, 'tasks that are due after their end');
  }),

  check('a cancelled task is lost to its worker, and has no questions', async (trial) => {
    const lease = await trial.working();
    await trial.tasks.ask(lease, [question('a')]);
    await trial.tasks.cancel(lease.taskId, HOUR);
    const task = await trial.read(lease);
    same([task?.status, task?.questions], ['cancelled', []], 'the task');
    same([...(await trial.tasks.renew([lease], HOUR))], [], 'leases that are held');
    same(await trial.tasks.answer(lease.taskId, [answer('a~1')]), [], 'answers afterwards');
  }),

  check('a task that says when it was created lives from then on', async (trial) => {
    const now = (await trial.read(await trial.create()))!.now;
    const createdAt = now - 5_000;
    const created = await trial.tasks.create(trial.newTask({ createdAt }));
    const times = { createdAt, updatedAt: createdAt, expiresAt: createdAt + HOUR };
    const task = await trial.read(leaseOf(created));
    for (const found of [created.type === 'full' ? undefined : created.task, task]) {
      same(found && timesOf(found), times, 'its times');
    }
    same((await trial.claim()).length, 2, 'tasks that are due');
  }),

  check('what a transaction has written is there when it ends, or not at all', async (trial) => {
    const task = trial.newTask();
    const failed = trial.transaction(async (transaction) => {
      await trial.tasks.create(task, transaction);
      throw new Error('rolled back');
    });
    same(await failed.catch(() => 'rolled back'), 'rolled back', 'the transaction');
    same(await trial.read(task), undefined, 'a task of a transaction that failed');
    const created = await trial.transaction((transaction) => trial.tasks.create(task, transaction));
    same(leaseOf(created).taskId, task.taskId, 'created after that');
    const lease = await trial.claimOne();
    const end = { status: 'completed', content: sealed('r'), retention: HOUR } as const;
    const rolledBack = trial.transaction(async (transaction) => {
      await trial.tasks.finish(lease, end, transaction);
      throw new Error('rolled back');
    });
    await rolledBack.catch(() => undefined);
    same((await trial.read(lease))?.status, 'working', 'the status after that');
    await trial.transaction((transaction) => trial.tasks.finish(lease, end, transaction));
    same((await trial.read(lease))?.status, 'completed', 'the status in the end');
  }),
];

function timesOf({ createdAt, updatedAt, expiresAt }: TaskRecord) {
  return { createdAt, updatedAt, expiresAt };
}
