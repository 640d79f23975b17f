/** What a store writes of a new task, from what it is given. */
import type { NewAsk, NewTask, StoredAsk, TaskIdentity } from '../contract.ts';

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

/** @param now the store's time, in ms since the epoch */
export function storedAsk({ expiresIn, ...ask }: NewAsk, now: number): StoredAsk {
  const expiresAt = ask.expiresAt ?? (expiresIn === undefined ? undefined : now + expiresIn);
  return { ...ask, ...(expiresAt !== undefined && { expiresAt }) };
}
