/** Makes the row of a new task from a call. */
import { requestRefused, stateRefused, tryAgain } from '../../protocol/refusal.ts';
import { RpcError, invalidParams } from '../../protocol/rpc-error.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import { randomId } from '../../state/flow-secret.ts';
import type { ExtendedCall, Finished, LazyStanding } from '../../server/extension.ts';
import type { ReplyRecorder } from '../../stored/reply-recorder.ts';
import { requestParts } from '../../stored/request-parts.ts';
import type { CreatedTask, NewTask, TaskLease, TaskRecord } from '../contract.ts';
import { Moment } from '../../stored/moment.ts';
import { LIMITS } from '../stored/options.ts';
import { newRecord } from '../stored/stored-task.ts';
import { writeCall } from '../stored/task-call.ts';
import type { TaskHost } from './task-host.ts';
import { tooLarge } from './task-journal.ts';
import { createdView } from './task-view.ts';
import { contentBytes } from '../../stored/sealed-text.ts';

/** A call, and where its flow stands. */
export interface Begun {
  readonly call: ExtendedCall;
  readonly standing: LazyStanding;
  /** Digest of the idempotency key; nothing, for a call that has none. */
  readonly idempotency: string | undefined;
  /** The reply to the call once it has become a task. */
  reply(task: TaskRecord): Promise<Finished>;
  /**
   * Records that reply, where a guard of the same store does and the reply needs nothing but the task. Default:
   * it is recorded afterwards, or not at all.
   */
  readonly recorder: ReplyRecorder | undefined;
}

/** A task that there is now. */
export interface WrittenTask {
  readonly task: TaskRecord;
  /** Who holds it, if it has been written now. */
  readonly lease: TaskLease | undefined;
  reply(): Promise<Finished>;
}

/** @throws RpcError for arguments that are too large (K19) */
export async function newTask(
  host: TaskHost,
  { call, standing, idempotency }: Begun,
  taskId: string = randomId(),
): Promise<NewTask> {
  const seal = await host.seal;
  const content = writeCall(call, standing);
  const sealed = seal.seal({ taskId, column: 'call', key: '' }, content);
  if (contentBytes(sealed) > LIMITS.entry) throw tooLarge('its arguments are larger than 1 MiB');
  const { options, server } = host;
  return {
    taskId,
    flowId: standing.origin.id,
    audience: server.audience,
    target: call.target,
    version: call.policy.version,
    principal: await host.principalDigest(call.exchange.principal),
    request: seal.digest('request', ...requestParts(call, standing)),
    idempotency,
    call: sealed,
    ttl: options.ttl,
    marksEnd: options.onTaskEnd !== undefined,
    maxUnfinished: LIMITS.unfinished,
  };
}

/** The task that there is now. @throws RpcError where there is none for this request (K8, K19) */
function taskOf(created: CreatedTask, wanted: NewTask): TaskRecord {
  if (created.type === 'full') {
    const message = 'Too many tasks of yours have not ended';
    const error = new RpcError(ErrorCode.InternalError, message, { retryable: true });
    throw requestRefused('too_many_tasks', error);
  }
  const { task } = created;
  if (created.type === 'created' || task.request === wanted.request) return task;
  if (wanted.idempotency !== undefined && task.flowId !== wanted.flowId) {
    const error = invalidParams('The idempotency key was used with other arguments');
    throw requestRefused('key_reused', error);
  }
  throw stateRefused('other_request');
}

/** @throws RpcError where there is none for this request; what else the store throws */
export async function writeTask(
  host: TaskHost,
  begun: Begun,
  wanted: NewTask,
): Promise<WrittenTask> {
  const { recorder } = begun;
  if (recorder !== undefined) return writeWithReply(host, begun, recorder, wanted);
  const created = await host.store.create(wanted);
  return writtenTask(begun, wanted, created);
}

/** In one transaction with the reply, which is known and sealed before (K8). */
async function writeWithReply(
  host: TaskHost,
  begun: Begun,
  recorder: ReplyRecorder,
  given: NewTask,
): Promise<WrittenTask> {
  const createdAt = recorder.now;
  const wanted = { ...given, createdAt };
  const reply = await begun.reply(newRecord(wanted, createdAt));
  const created = await recorder.record(
    reply,
    (transaction) => host.store.create(wanted, transaction),
    ({ type }) => type === 'created',
  );
  const written = writtenTask(begun, wanted, created);
  return created.type === 'created' ? { ...written, reply: async () => reply } : written;
}

function writtenTask(begun: Begun, wanted: NewTask, created: CreatedTask): WrittenTask {
  const task = taskOf(created, wanted);
  const lease = created.type === 'created' ? created.lease : undefined;
  return { task, lease, reply: () => begun.reply(task) };
}

/** Writes a task and resolves with the reply. It runs here if a worker has room, and else where one claims it. */
export async function beginTask(host: TaskHost, begun: Begun): Promise<Finished> {
  if (host.worker.takesNew) return runTaskHere(host, begun);
  const wanted = await newTask(host, begun);
  const { task, reply } = await tryToWrite(host, begun, wanted);
  host.wake(task.taskId);
  host.leftToWorker();
  return reply();
}

/**
 * Writes a task that runs here at once. A call that is claimed before its first line, and runs to its end, does
 * so whether or not this server works tasks (K17).
 */
export async function runTaskHere(host: TaskHost, begun: Begun): Promise<Finished> {
  const { worker, options } = host;
  // Whoever waits for what runs here waits for this too.
  const slot = {};
  worker.occupied(slot);
  try {
    const wanted = { ...(await newTask(host, begun)), lease: options.lease };
    const sent = new Moment();
    const { task, lease, reply } = await tryToWrite(host, begun, wanted);
    if (lease !== undefined) worker.play(task, lease, sent);
    return reply();
  } finally {
    worker.vacated(slot);
  }
}

/** To a client that can have tasks. */
export async function replyOf(host: TaskHost, task: TaskRecord): Promise<Finished> {
  return { result: host.port.write('task', await createdView(host, task)) };
}

/**
 * Whether the same request finds its task, although the client has no reply: it goes on with that, and else it
 * begins another one (K8).
 */
export function mayComeAgain({ standing, idempotency, recorder }: Begun): boolean {
  return standing.round > 1 || idempotency !== undefined || recorder !== undefined;
}

/** A fault of the store may be over at the next try. */
async function tryToWrite(host: TaskHost, begun: Begun, wanted: NewTask): Promise<WrittenTask> {
  try {
    return await writeTask(host, begun, wanted);
  } catch (error) {
    if (error instanceof RpcError) throw error;
    host.warn('a task could not be created', error);
    if (!mayComeAgain(begun)) host.discards.add(wanted.taskId);
    throw tryAgain('store_failed');
  }
}
