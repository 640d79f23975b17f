/** Claiming, leases, and what a worker writes. */
import type { TaskLease } from '../../tasks/contract.ts';
import {
  HOUR,
  SHORT,
  type StoreCheck,
  Trial,
  answer,
  check,
  loses,
  question,
  row,
  same,
  sealed,
  textsOf,
} from './store-check.ts';

const END = { status: 'completed', content: sealed('late'), retention: HOUR } as const;

/** Every write of a worker that has lost its task. */
async function losesAll({ tasks }: Trial, lease: TaskLease): Promise<void> {
  await loses(tasks.load(lease), 'load()');
  await loses(tasks.look(lease), 'look()');
  await loses(tasks.append(lease, [row('late')]), 'append()');
  await loses(tasks.drop(lease, [row('a')]), 'drop()');
  await loses(tasks.ask(lease, [question('late')]), 'ask()');
  await loses(tasks.describe(lease, sealed('late')), 'describe()');
  const late = { entries: [row('late')], asks: [question('late')] };
  await loses(tasks.release(lease, { seen: 100, ...late }), 'release()');
  await loses(tasks.finish(lease, END), 'finish()');
  same([...(await tasks.renew([lease], HOUR))], [], 'leases that are renewed');
}

export const WORKER_CHECKS: readonly StoreCheck[] = [
  check('each task that is due is claimed once, by whoever claims at once', async (trial) => {
    await Promise.all(Array.from({ length: 20 }, () => trial.create()));
    const claims = await Promise.all(Array.from({ length: 8 }, () => trial.claim(HOUR, 4)));
    const more = await trial.claim(HOUR, 100);
    const ids = [...claims.flat(), ...more].map(({ taskId }) => taskId);
    same([ids.length, new Set(ids).size], [20, 20], 'tasks and different tasks');
    same(
      claims.every((claimed) => claimed.length <= 4),
      true,
      'the limit',
    );
  }),

  check('a worker claims tasks of its audience, tools, versions and keys', async (trial) => {
    const { taskId } = await trial.create();
    const others = [
      { target: 'other' },
      { version: '2' },
      { call: sealed('x', 'k2') },
      { version: '2' },
    ];
    for (const other of others) await trial.create(other);
    const { tasks } = new Trial({ ...trial });
    const elsewhere = await tasks.claim(trial.what({ audience: 'elsewhere' }), 10, HOUR);
    same(elsewhere.tasks.length, 0, 'tasks of another audience');
    const claims = await tasks.claim(trial.what(), 10, HOUR);
    same(
      claims.tasks.map((claimed) => claimed.taskId),
      [taskId],
      'claimed',
    );
    const why = await tasks.unclaimable(trial.what());
    same(
      why.map(({ reason, target, version, count }) => [reason, target, version, count]).toSorted(),
      [
        ['key', 'work', '1', 1],
        ['target', 'other', '1', 1],
        ['version', 'work', '2', 2],
      ],
      'those that cannot be claimed',
    );
    const targets = new Map([
      ['work', ['1', '2']],
      ['other', ['1']],
    ]);
    const rest = await tasks.claim(trial.what({ targets, keyIds: ['k1', 'k2'] }), 10, HOUR);
    same(rest.tasks.length, 4, 'claimed by one who can run them');
  }),

  check('a claim says when it is worth claiming again', async (trial) => {
    same((await trial.tasks.claim(trial.what(), 1, HOUR)).nextIn, undefined, 'without tasks');
    const lease = await trial.working();
    await trial.tasks.release(lease, { seen: lease.wanted, after: HOUR / 2 });
    const { nextIn = 0 } = await trial.tasks.claim(trial.what(), 1, HOUR);
    same(nextIn > HOUR / 2 - 60_000 && nextIn <= HOUR / 2, true, `in ${nextIn} ms`);
    await trial.create();
    await trial.create();
    same(await trial.tasks.countDue(trial.what()), 2, 'how many are due');
    same(await trial.tasks.countDue(trial.what({ keyIds: [] })), 0, 'how many of them for others');
    same((await trial.tasks.claim(trial.what(), 1, HOUR)).nextIn, 0, 'where more is due');
  }),

  check('a lease that lapses is counted, and its worker can write nothing more', async (trial) => {
    await trial.create();
    const zombie = await trial.claimOne(SHORT);
    same([zombie.hasLapsed, zombie.lapses], [false, 0], 'the first claim');
    await trial.tasks.ask(zombie, [question('a')]);
    const second = await trial.claimLater(SHORT);
    same([second.taskId, second.hasLapsed, second.lapses], [zombie.taskId, true, 1], 'the second');
    same(second.epoch > zombie.epoch, true, 'its epoch is higher');
    await losesAll(trial, zombie);
    const third = await trial.claimLater();
    same([third.hasLapsed, third.lapses], [true, 2], 'the third');
    const loaded = await trial.tasks.load(third);
    same([textsOf(loaded.entries), textsOf(loaded.questions)], [[], ['a?']], 'what is written');
    await trial.tasks.release(third, { seen: third.wanted, after: 0 });
    const fourth = await trial.claimLater(SHORT);
    same([fourth.hasLapsed, fourth.lapses], [false, 2], 'after a release');
    await trial.tasks.append(fourth, [row('new')]);
    same((await trial.claimLater()).lapses, 1, 'after a new entry');
  }),

  check('who has released a task, or ended it, can write nothing more', async (trial) => {
    const lease = await trial.working();
    await trial.tasks.release(lease, { seen: lease.wanted, after: 0 });
    await losesAll(trial, lease);
    const again = await trial.claimOne();
    await trial.tasks.finish(again, { ...END, content: sealed('result') });
    await losesAll(trial, again);
    same((await trial.read(lease))?.end?.text, 'result', 'the end');
  }),

  check('renewing holds a task, and says what is wanted', async (trial) => {
    await trial.create();
    const lease = await trial.claimOne(SHORT);
    await trial.tasks.ask(lease, [question('a')]);
    await trial.tasks.answer(lease.taskId, [answer('a~1')]);
    const stale = { ...lease, epoch: lease.epoch - 1 };
    const unknown = { taskId: 'no such task', epoch: 1 };
    const renewed = await trial.tasks.renew([stale, lease, unknown], HOUR);
    same([...renewed], [[lease.taskId, 2]], 'renewed');
    await new Promise((resolve) => setTimeout(resolve, 2 * SHORT));
    same((await trial.claim()).length, 0, 'tasks that another can claim');
  }),

  check('entries stay in the order of their appends, and settle their questions', async (trial) => {
    const lease = await trial.working();
    await trial.tasks.ask(lease, [question('b'), question('c')]);
    await trial.tasks.answer(lease.taskId, [answer('b~1')]);
    await trial.tasks.append(lease, [row('z'), row('b')]);
    await trial.tasks.append(lease, [row('a')]);
    const loaded = await trial.tasks.load(lease);
    same(textsOf(loaded.entries), ['z', 'b', 'a'], 'entries');
    same(textsOf(loaded.asks), ['c?'], 'asks');
    same(loaded.status, 'input_required', 'the status');
  }),

  check(
    'a question that is dropped leaves its number behind until it is asked again',
    async (trial) => {
      const lease = await trial.working();
      await trial.tasks.ask(lease, [question('a'), question('b')]);
      await trial.tasks.answer(lease.taskId, [answer('a~1')]);
      await trial.tasks.append(lease, [row('b'), row('c')]);
      await trial.tasks.drop(lease, [row('a', 'a was sent once'), row('b', 'b was sent once')]);
      const dropped = await trial.tasks.load(lease);
      same(textsOf(dropped.dropped), ['a was sent once', 'b was sent once'], 'dropped');
      same(
        [textsOf(dropped.entries), dropped.asks, dropped.status],
        [['c'], [], 'working'],
        'rest',
      );
      await trial.tasks.ask(lease, [question('a', { ref: 'a~2', content: sealed('a, again?') })]);
      same(await trial.tasks.answer(lease.taskId, [answer('a~1')]), [], 'answers to the old one');
      same(await trial.tasks.answer(lease.taskId, [answer('a~2')]), ['a~2'], 'to the new one');
      const asked = await trial.tasks.load(lease);
      same(
        [textsOf(asked.dropped), textsOf(asked.asks)],
        [['b was sent once'], ['a, again?']],
        'then',
      );
      await trial.tasks.append(lease, [row('b')]);
      same((await trial.tasks.load(lease)).dropped, [], 'dropped in the end');
    },
  ),

  check(
    'a question that is asked again is another, without the answer of the old one',
    async (trial) => {
      const lease = await trial.working();
      await trial.tasks.ask(lease, [question('a')]);
      await trial.tasks.answer(lease.taskId, [answer('a~1')]);
      await trial.tasks.ask(lease, [question('a', { ref: 'a~2' })]);
      const { asks } = await trial.tasks.look(lease);
      same(
        asks.map(({ ref, answer: given }) => [ref, given ?? null]),
        [['a~2', null]],
        'asks',
      );
    },
  ),

  check('a question that is written again keeps its answer', async (trial) => {
    const lease = await trial.working();
    await trial.tasks.ask(lease, [question('a'), question('b')]);
    await trial.tasks.answer(lease.taskId, [answer('a~1')]);
    await trial.tasks.ask(lease, [question('a'), question('b')]);
    const { asks, status } = await trial.tasks.load(lease);
    same(
      asks.map(({ ref, answer: given }) => [ref, given !== undefined]),
      [
        ['a~1', true],
        ['b~1', false],
      ],
      'asks',
    );
    same(status, 'input_required', 'its status');
    same(await trial.tasks.answer(lease.taskId, [answer('a~1')]), [], 'a second answer');
  }),

  check('a task that waits is due when its first timer or question is', async (trial) => {
    const lease = await trial.working();
    const { expiresAt, now } = await trial.tasks.load(lease);
    await trial.tasks.ask(lease, [
      question('later', { expiresAt: now + HOUR / 2 }),
      question('soon', { isTimer: true, expiresIn: SHORT }),
      question('never'),
    ]);
    const due = await trial.tasks.release(lease, { seen: lease.wanted });
    same(due < now + HOUR / 4, true, 'it is due at the first');
    const woken = await trial.claimLater();
    const { asks } = await trial.tasks.look(woken);
    same(asks[0]!.expiresAt, now + HOUR / 2, 'a time that was given');
    await trial.tasks.answer(lease.taskId, [answer('soon~1')]);
    same(
      await trial.tasks.release(woken, { seen: woken.wanted + 1 }),
      now + HOUR / 2,
      'then at the next',
    );
    await trial.tasks.answer(lease.taskId, [answer('later~1')]);
    const last = await trial.claimOne();
    same(
      await trial.tasks.release(last, { seen: last.wanted }),
      expiresAt,
      'at the latest at its end',
    );
  }),

  check(
    'a task that is released for later is due then, unless something has come',
    async (trial) => {
      const lease = await trial.working();
      const { now } = await trial.tasks.load(lease);
      await trial.tasks.ask(lease, [question('a')]);
      const due = await trial.tasks.release(lease, { seen: lease.wanted, after: HOUR });
      same(due >= now + HOUR, true, 'it is due later');
      await trial.tasks.answer(lease.taskId, [answer('a~1')]);
      const again = await trial.claimOne();
      await trial.tasks.release(again, { seen: again.wanted - 1, after: HOUR });
      await trial.claimOne();
    },
  ),

  check('what comes along with a claim is what is loaded', async (trial) => {
    const lease = await trial.working();
    await trial.tasks.append(lease, [row('a')]);
    await trial.tasks.ask(lease, [question('b'), question('c')]);
    await trial.tasks.answer(lease.taskId, [answer('b~1')]);
    await trial.tasks.release(lease, { seen: lease.wanted });
    const claimed = await trial.claimOne();
    const loaded = await trial.tasks.load(claimed);
    const { now } = loaded;
    same({ ...(claimed.loaded ?? loaded), now }, loaded, 'what comes along');
    same([textsOf(loaded.entries), textsOf(loaded.asks)], [['a'], ['b?', 'c?']], 'what is loaded');
  }),

  check('what a worker writes as it releases a task is as if written before', async (trial) => {
    const lease = await trial.working();
    await trial.tasks.ask(lease, [question('a'), question('b')]);
    await trial.tasks.answer(lease.taskId, [answer('a~1')]);
    const released = {
      seen: lease.wanted + 1,
      entries: [row('z'), row('a')],
      asks: [question('c', { expiresIn: HOUR / 4 }), question('b', { ref: 'b~2' })],
    };
    const due = await trial.tasks.release(lease, released);
    const task = (await trial.read(lease))!;
    same(textsOf(task.questions), ['c?', 'b?'], 'questions');
    same(due, task.questions[0]!.expiresAt, 'when it is due');
    same(await trial.tasks.answer(lease.taskId, [answer('b~1'), answer('b~2')]), ['b~2'], 'taken');
    const loaded = await trial.tasks.load(await trial.claimOne());
    same(
      [textsOf(loaded.entries), textsOf(loaded.asks)],
      [
        ['z', 'a'],
        ['c?', 'b?'],
      ],
      'loaded',
    );
  }),

  check('a message is shown, and moves the time of the last change', async (trial) => {
    const lease = await trial.working();
    const before = (await trial.read(lease))!.updatedAt;
    await trial.tasks.describe(lease, sealed('half done'));
    const task = (await trial.read(lease))!;
    same([task.message?.text, task.updatedAt >= before], ['half done', true], 'the task');
  }),
];
