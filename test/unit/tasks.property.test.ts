/**
 * Whatever happens to tasks, in whatever order and under whatever lease: a store in SQL and one in memory
 * say the same of it (K1 to K7, K11, K18).
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { HANGS, draws } from '../../src/base/test-support/fuzz.ts';
import { loadPglite } from '../../src/stores/embedded/open-pglite.ts';
import { PgliteExecutor } from '../../src/stores/embedded/pglite-executor.ts';
import { migrateTables } from '../../src/stores/sql/schema/migrate.ts';
import { SqlTasks } from '../../src/stores/sql/sql-tasks.ts';
import type { NewAsk, NewTask, TaskLease, TaskRow, TaskStore } from '../../src/tasks/contract.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { MemoryWakeUps } from '../../src/tasks/stored/memory-wake-ups.ts';

const DRAWS = draws(40);
const BEGIN = 1_800_000_000_000;
const TASKS = ['t0', 't1', 't2'];
const TARGETS = ['a', 'b'];

const sealed = (text: string) => ({ keyId: 'key', text });

/** One thing that happens. `task`, `lease` and `key` are numbers that each store reads in its own way. */
type Op = readonly [name: OpName, task: number, lease: number, key: number, ms: number];

type OpName = keyof typeof DO;

/** A store, the leases that it has given, and the time. */
interface Stage {
  readonly store: TaskStore<never>;
  readonly leases: TaskLease[];
  now: number;
  made: number;
  /** How often each key was asked: a reference names one sending. */
  readonly sendings: Map<string, number>;
}

const taskOf = (n: number): string => TASKS[n % TASKS.length]!;
const keyOf = (n: number): string => `k${n % 3}`;
const row = (n: number, text: string): TaskRow => ({ key: keyOf(n), content: sealed(text) });

function leaseOf({ leases }: Stage, n: number): TaskLease {
  return leases.at(-1 - (n % 4)) ?? { taskId: 't0', epoch: 77 };
}

function newTask(stage: Stage, task: number, key: number, ms: number): NewTask {
  const taskId = taskOf(task);
  return {
    taskId: `${taskId}-${++stage.made}`,
    flowId: `flow ${taskId}`,
    audience: 'here',
    target: TARGETS[key % 2]!,
    version: '1',
    principal: `p${key % 2}`,
    request: 'r',
    ...(key === 2 && { idempotency: `i${task % 2}` }),
    call: sealed('call'),
    ttl: 1 + (ms % 300),
    marksEnd: key > 0,
    maxUnfinished: 2,
    ...(ms % 3 === 0 && { lease: ms }),
    entries: key === 1 ? [row(key, 'brought')] : [],
  };
}

function askOf(stage: Stage, taskId: string, key: number, ms: number): NewAsk {
  const again = `${taskId} ${keyOf(key)}`;
  const sent = (stage.sendings.get(again) ?? 0) + (ms % 4 === 0 ? 0 : 1);
  stage.sendings.set(again, sent);
  const times = ms % 5 === 0 ? {} : ms % 5 === 1 ? { expiresAt: BEGIN + ms } : { expiresIn: ms };
  const content = sealed(`ask ${sent}`);
  return {
    key: keyOf(key),
    ref: refOf(keyOf(key), sent),
    isTimer: ms % 7 === 0,
    content,
    ...times,
  };
}

function refOf(key: string, sent: number): string {
  return `${key}~${sent}`;
}

const what = (n: number) => ({
  audience: 'here',
  targets: new Map(TARGETS.slice(n % 3 === 0 ? 1 : 0).map((target) => [target, ['1']])),
  keyIds: ['key'],
});

/** The id of a task that was made, or of none. */
function idOf({ leases }: Stage, n: number): string {
  return leases.at(-1 - (n % 6))?.taskId ?? 'none';
}

const answers = (n: number, ms: number) => [
  { ref: refOf(keyOf(n), ms % 4), content: sealed(`answer ${ms}`) },
  { ref: refOf(keyOf(n), ms % 4), content: sealed('a second one') },
  { ref: refOf(keyOf(n + 1), 1), content: sealed(`other answer ${ms}`) },
];

/** What can happen, and what is seen of it. */
const DO = {
  create: async (s: Stage, task: number, _: number, key: number, ms: number) => {
    const created = await s.store.create(newTask(s, task, key, ms));
    if (created.type === 'created') s.leases.push(created.lease);
    return created.type === 'full' ? created : { ...created, lease: undefined };
  },
  read: (s: Stage, task: number) => s.store.read([idOf(s, task)]),
  find: (s: Stage, task: number) => s.store.find({ flowId: `flow ${taskOf(task)}` }),
  findNamed: (s: Stage, task: number) => s.store.find({ idempotency: `i${task % 2}` }),
  answer: (s: Stage, task: number, _: number, key: number, ms: number) =>
    s.store.answer(idOf(s, task), answers(key, ms)),
  answerOwn: (s: Stage, task: number, _: number, key: number, ms: number) =>
    s.store.answerOwn!(idOf(s, task), answers(key, ms), {
      audience: 'here',
      principal: `p${ms % 2}`,
      targets: TARGETS.slice(key % 2),
    }),
  cancel: (s: Stage, task: number, _: number, __: number, ms: number) =>
    s.store.cancel(idOf(s, task), ms),
  claim: async (s: Stage, task: number, _: number, key: number, ms: number) => {
    const { tasks } = await s.store.claim(what(key), 1 + (task % 2), ms);
    s.leases.push(...tasks);
    const seen = tasks.map(({ epoch: _epoch, loaded: _loaded, ...rest }) => rest);
    return seen.toSorted((a, b) => (a.taskId < b.taskId ? -1 : 1));
  },
  load: (s: Stage, _: number, lease: number) => s.store.load(leaseOf(s, lease)),
  look: (s: Stage, _: number, lease: number) => s.store.look(leaseOf(s, lease)),
  renew: async (s: Stage, _: number, lease: number, __: number, ms: number) => [
    ...(await s.store.renew([leaseOf(s, lease)], ms)),
  ],
  append: (s: Stage, _: number, lease: number, key: number, ms: number) =>
    s.store.append(leaseOf(s, lease), [row(key, `entry ${ms}`)]),
  drop: (s: Stage, _: number, lease: number, key: number) =>
    s.store.drop(leaseOf(s, lease), [row(key, 'dropped')]),
  ask: (s: Stage, _: number, lease: number, key: number, ms: number) => {
    const held = leaseOf(s, lease);
    return s.store.ask(held, [askOf(s, held.taskId, key, ms)]);
  },
  describe: (s: Stage, _: number, lease: number, __: number, ms: number) =>
    s.store.describe(leaseOf(s, lease), sealed(`message ${ms}`)),
  release: (s: Stage, task: number, lease: number, key: number, ms: number) =>
    s.store.release(leaseOf(s, lease), {
      seen: task,
      ...(ms % 2 === 0 && { after: ms }),
      ...(key === 1 && { entries: [row(ms, 'along')] }),
    }),
  finish: (s: Stage, _: number, lease: number, key: number, ms: number) =>
    s.store.finish(leaseOf(s, lease), {
      status: key === 0 ? 'failed' : 'completed',
      content: sealed('end'),
      retention: ms,
    }),
  expire: async (s: Stage, task: number, _: number, __: number, ms: number) =>
    (await s.store.expire(1 + task * 5, ms)).toSorted(),
  remove: (s: Stage, task: number) => s.store.remove(1 + task * 5),
  countDue: (s: Stage, _: number, __: number, key: number) => s.store.countDue(what(key)),
  unclaimable: async (s: Stage, _: number, __: number, key: number) =>
    (await s.store.unclaimable(what(key))).toSorted((a, b) => (a.target < b.target ? -1 : 1)),
  claimMarks: async (s: Stage, _: number, __: number, ___: number, ms: number) => {
    const marks = await s.store.claimMarks('here', 9, ms);
    return marks.map(({ task, attempts }) => [task.taskId, task.status, attempts]).toSorted();
  },
  settleMark: (s: Stage, task: number, _: number, key: number, ms: number) =>
    s.store.settleMark(idOf(s, task), key === 0 ? undefined : ms),
  countKeys: async (s: Stage) => [...(await s.store.countKeys())],
} as const;

const ops = fc.array(
  fc.tuple(
    fc.constantFrom(...(Object.keys(DO) as OpName[])),
    fc.nat(3),
    fc.nat(5),
    fc.nat(2),
    fc.nat(400),
    // How much time passes before.
    fc.oneof(fc.constant(0), fc.nat(200)),
  ),
  { minLength: 1, maxLength: 40 },
);

/** Found in many more histories than are drawn each time. */
const EXAMPLES: [[...Op, number][]][] = [
  // A step that is recorded with the release is no change that a client sees.
  [
    [
      ['create', 0, 0, 0, 0, 0],
      ['release', 0, 0, 1, 0, 1],
      ['read', 0, 0, 0, 0, 0],
    ],
  ],
  // A task that is gone is not there any more when another is created in its stead.
  [
    [
      ['create', 0, 0, 0, 0, 0],
      ['cancel', 0, 0, 0, 0, 0],
      ['create', 0, 0, 0, 0, 1],
      ['remove', 0, 0, 0, 0, 0],
    ],
  ],
];

async function outcomeOf(stage: Stage, [name, ...of]: Op): Promise<unknown> {
  try {
    return (await DO[name](stage, ...of)) ?? 'nothing';
  } catch (error) {
    return { failed: (error as { code?: unknown }).code ?? String(error) };
  }
}

/** As both stores have it: epochs are their own, and what is absent may be there as `undefined`. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, member: unknown) => (key === 'epoch' ? 0 : member)),
  );
}

describe('tasks in SQL and in memory', async () => {
  const PGlite = await loadPglite();
  const executor = new PgliteExecutor(() => PGlite.create());
  await migrateTables(executor, { schema: 'rondo', migrate: true });
  await executor.query('create table public.clock (ms bigint not null)');
  await executor.query('insert into public.clock values (0)');
  await executor.query(
    `create or replace function rondo.now_ms() returns bigint language sql stable parallel safe as
      $$ select ms from public.clock $$`,
  );
  afterAll(() => executor.close());

  it(
    `are the same, whatever happens to them (${DRAWS.numRuns} histories)`,
    async () => {
      await fc.assert(
        fc.asyncProperty(ops, async (history) => {
          await executor.query('delete from rondo.task');
          const both = stages();
          const happened: unknown[] = [];
          for (const [name, task, lease, key, ms, passed] of history) {
            for (const stage of both) stage.now += passed;
            await executor.query('update public.clock set ms = $1', [both[0]!.now]);
            const results = [];
            for (const stage of both)
              results.push(plain(await outcomeOf(stage, [name, task, lease, key, ms])));
            happened.push([name, task, lease, key, ms, passed, results[0]]);
            expect([results[0], happened]).toEqual([results[1], happened]);
          }
        }),
        { ...DRAWS, examples: EXAMPLES },
      );
    },
    HANGS,
  );

  function stages(): Stage[] {
    const memory: Stage = {
      store: new MemoryTasks(() => memory.now) as TaskStore<never>,
      leases: [],
      now: BEGIN,
      made: 0,
      sendings: new Map(),
    };
    const sql: Stage = {
      store: new SqlTasks(executor, new MemoryWakeUps()) as unknown as TaskStore<never>,
      leases: [],
      now: BEGIN,
      made: 0,
      sendings: new Map(),
    };
    return [sql, memory];
  }
});
