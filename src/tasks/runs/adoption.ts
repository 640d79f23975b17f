/** Makes a task of a round that runs (K8, K9): it goes on where it is, and its request is answered. */
import type { OpenAsk } from '../../flow/asks/ask.ts';
import type { Entry } from '../../flow/journal/journal.ts';
import type { MovedRound } from '../../flow/round/move.ts';
import type { AfterReply } from '../../protocol/after-reply.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import { randomId } from '../../state/flow-secret.ts';
import type { Finished, Live } from '../../server/extension.ts';
import { Moment } from '../../stored/moment.ts';
import type { NewAsk, NewTask } from '../contract.ts';
import { type Begun, type WrittenTask, mayComeAgain, newTask, writeTask } from './new-task.ts';
import type { TaskRows } from '../stored/stored-ask.ts';
import type { TaskHost } from './task-host.ts';
import { TaskRun } from './task-run.ts';
import { TIME_IS_UP } from './timers.ts';

/** The request is another's that has a task already: this round is not needed any more. */
class Superseded extends Error {
  readonly existing: WrittenTask;

  constructor(existing: WrittenTask) {
    super('the request has its task already');
    this.existing = existing;
  }
}

/**
 * @param timers in how many ms the timers are due that the round waits for, by key
 * @param answer called with the reply
 */
export async function adopt(
  host: TaskHost,
  live: Live,
  begun: Begun,
  timers: ReadonlyMap<string, number>,
  answer: (finished: Promise<Finished>) => void,
): Promise<void> {
  const wanted = await newTask(host, begun, randomId());
  const rows = await host.rowsOf(wanted.taskId);
  const { limits } = begun.call.policy;
  const lease = { taskId: wanted.taskId, epoch: 0 };
  const hold = { heldSince: new Moment(), isNewClaim: false };
  const of = { lease, tool: begun.call.target, rows, limits, wanted: 1, ...hold };
  const run = new TaskRun(host, of);
  let written: WrittenTask | undefined;
  const save = async (moved: MovedRound): Promise<void> => {
    const expiresIn = expiriesOf(host, timers);
    const task = brought(wanted, moved, rows, expiresIn, host.options.lease);
    written = await write(host, run, begun, task);
  };
  let isOver: boolean;
  try {
    ({ isOver } = await live.moveTo(run.parts(run.ownJournal), save));
  } catch (error) {
    if (!(error instanceof Superseded)) {
      // One that is written together with a reply is what the reply says.
      if (!(error instanceof RpcError) && begun.recorder === undefined)
        host.discards.add(wanted.taskId);
      throw error;
    }
    live.letGo();
    live.cancel('the request has its task already');
    return answer(error.existing.reply());
  }
  // A round that has ended before it was moved has its own reply.
  if (written === undefined) return;
  live.letGo();
  if (isOver && live.wasAborted) {
    // A worker plays it on, where the same request finds it (K8).
    if (!mayComeAgain(begun)) return forget(host, run, wanted);
    run.abandon();
  }
  run.begin(live);
  const replied = written.reply();
  answer(replied);
  goOn(host, run, replied, begun.call.exchange.afterReply);
}

function forget(host: TaskHost, run: TaskRun, wanted: NewTask): void {
  host.leases.remove(run);
  host.discards.add(wanted.taskId);
}

/** Where the process may end after the reply, the run is left to a worker as soon as it can be (K9). */
function goOn(
  host: TaskHost,
  run: TaskRun,
  replied: Promise<Finished>,
  afterReply: AfterReply | undefined,
): void {
  host.worker.occupied(run);
  const running = run
    .follow()
    .catch((error) => host.warn(`task ${run.taskId} is left`, error, 'left'))
    .finally(() => host.worker.vacated(run));
  if (afterReply === undefined || host.worker.isWorking) return;
  if (typeof afterReply === 'function') return afterReply(running);
  const leave = (): void => run.leave();
  replied.then(leave, leave);
}

async function write(
  host: TaskHost,
  run: TaskRun,
  begun: Begun,
  wanted: NewTask,
): Promise<WrittenTask> {
  const written = await writeTask(host, begun, wanted);
  const { task, lease } = written;
  if (lease === undefined) throw new Superseded(written);
  run.lease = lease;
  run.rows.readAt(task.now, host.server.now());
  host.leases.add(run);
  host.changed(task.taskId);
  return written;
}

/** `task`, held, with all that the round knows. */
function brought(
  task: NewTask,
  { entries, answers, asks, dropped }: MovedRound,
  rows: TaskRows,
  expiresIn: Expiry,
  lease: number,
): NewTask {
  const open = asks.filter(({ kind }) => kind !== 'checkpoint');
  return {
    ...task,
    lease,
    entries: entries.map((entry) => rows.entry(entry)),
    asks: [
      ...open.map((ask) => openRow(ask, rows, expiresIn(ask))),
      ...answers.map((e) => answered(e, rows)),
    ],
    dropped: dropped.map((question) => rows.dropped(question)),
  };
}

type BroughtAsk = NonNullable<NewTask['asks']>[number];

/** In how many ms an ask is due without an answer: its times are not the store's yet. */
type Expiry = (ask: OpenAsk) => number | undefined;

function expiriesOf(host: TaskHost, timers: ReadonlyMap<string, number>): Expiry {
  const now = host.server.now();
  return ({ key, expiresAt }) => {
    const ms = timers.get(key) ?? (expiresAt === undefined ? undefined : expiresAt - now);
    return ms === undefined ? undefined : Math.max(0, Math.ceil(ms));
  };
}

/** Where a task begins with `detach`, that is answered with it. */
function openRow(ask: OpenAsk, rows: TaskRows, expiresIn: number | undefined): BroughtAsk {
  const row: NewAsk = rows.ask(ask, expiresIn);
  if (ask.kind !== 'detach') return row;
  return { ...row, answer: rows.answer(ask.key, 'task').content };
}

/** An answer that the round has not looked at yet. */
function answered(entry: Entry, rows: TaskRows): BroughtAsk {
  const { kind, key, question = '', sendings = 1, resent, expiresAt, outcome } = entry;
  const asked = { kind, key, question, sendings, ...(resent && { resent }), expiresAt } as OpenAsk;
  const given = outcome.type === 'answer' ? outcome.answer : TIME_IS_UP;
  return { ...rows.ask(asked), isTimer: false, answer: rows.answer(key, given).content };
}
