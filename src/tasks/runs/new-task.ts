/** Makes the row of a new task from a call. */
import { requestRefused, stateRefused, tryAgain } from '../../protocol/refusal.ts';
import { RpcError, invalidParams } from '../../protocol/rpc-error.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import { randomId } from '../../state/flow-secret.ts';
import type { ExtendedCall, Finished, LazyStanding } from '../../server/extension.ts';
import { requestParts } from '../../stored/request-parts.ts';
import type { CreatedTask, NewTask, TaskRecord } from '../contract.ts';
import { LIMITS } from '../stored/options.ts';
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
export function taskOf(created: CreatedTask, wanted: NewTask): TaskRecord {
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

/** Writes a task that a worker begins, and resolves with the reply. */
export async function beginTask(host: TaskHost, begun: Begun): Promise<Finished> {
  const wanted = await newTask(host, begun);
  const task = taskOf(await create(host, wanted), wanted);
  host.wake(task.taskId);
  return begun.reply(task);
}

/**
 * Writes a task that runs here at once, whether or not this server works tasks: for a call that is
 * claimed before its first line, and runs to its end (K17).
 */
export async function runTaskHere(host: TaskHost, begun: Begun): Promise<Finished> {
  const wanted = { ...(await newTask(host, begun)), lease: host.options.lease };
  const created = await create(host, wanted);
  const task = taskOf(created, wanted);
  if (created.type === 'created') host.worker.play(task, created.lease);
  return begun.reply(task);
}

/** To a client that can have tasks. */
export async function replyOf(host: TaskHost, task: TaskRecord): Promise<Finished> {
  return { result: host.port.write('task', await createdView(host, task)) };
}

/** A fault of the store may be over at the next try. */
async function create(host: TaskHost, task: NewTask): Promise<CreatedTask> {
  try {
    return await host.store.create(task);
  } catch (error) {
    host.warn('a task could not be created', error);
    throw tryAgain('store_failed');
  }
}
