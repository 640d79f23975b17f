/** What a store writes of a new task, from what it is given. */
import type { NewAsk, NewTask, StoredAsk, TaskIdentity, TaskRecord } from '../contract.ts';

export function identityOf(task: NewTask): TaskIdentity {
  const { taskId, flowId, audience, target, version, principal, request, call } = task;
  const { idempotency } = task;
  return {
    taskId,
    flowId,
    audience,
    target,
    version,
    principal,
    request,
    call,
    ...(idempotency !== undefined && { idempotency }),
  };
}

/** A task as it is read when it has just been written. */
export function newRecord(task: NewTask, now: number): TaskRecord {
  const { ttl, createdAt = now, asks = [] } = task;
  const questions = asks
    .filter(({ isTimer, answer }) => !isTimer && answer === undefined)
    .map((ask) => storedAsk(ask, now));
  return {
    ...identityOf(task),
    status: questions.length > 0 ? 'input_required' : 'working',
    createdAt,
    updatedAt: createdAt,
    expiresAt: createdAt + ttl,
    now,
    questions,
  };
}

/** @param now the store's time, in ms since the epoch */
export function storedAsk({ expiresIn, ...ask }: NewAsk, now: number): StoredAsk {
  const expiresAt = ask.expiresAt ?? (expiresIn === undefined ? undefined : now + expiresIn);
  return { ...ask, ...(expiresAt !== undefined && { expiresAt }) };
}
