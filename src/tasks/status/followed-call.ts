/** A call that has become a task, and whose caller knows nothing of tasks (K15). */
import { memoryJournal } from '../../flow/journal/journal.ts';
import type { ExtendedCall, Finished, Next } from '../../server/extension.ts';
import type { Principal } from '../../protocol/principal.ts';
import { readAllowed } from '../access.ts';
import type { TaskHost } from '../runs/task-host.ts';
import { carriedIn } from './asking.ts';
import { followTask } from './follow.ts';

export interface FollowedCall {
  readonly call: ExtendedCall;
  readonly next: Next;
  /** How long the caller waits, in ms. */
  readonly wait: number;
  /** Whether it has an idempotency key: the same call may come again, and others may wait for it. */
  readonly isNamed: boolean;
}

/** The task that an earlier round of the flow has become, as its state says. */
export function followedIn(ownState: string | undefined): string | undefined {
  return carriedIn(ownState)?.taskId;
}

/**
 * The reply: its result if that is there in time, its questions, or a text that says how to go on. Until
 * then it is a call like any other: if its caller leaves, it is cancelled, unless it can come again.
 */
export function followedCall(
  host: TaskHost,
  taskId: string,
  { call, next, wait, isNamed }: FollowedCall,
): Promise<Finished> {
  const { exchange, meta, policy } = call;
  const cancel = (): void => {
    if (!isNamed) void cancelTask(host, taskId, exchange.principal);
  };
  const live = next({
    journal: memoryJournal(),
    limits: { ...policy.limits, roundTimeout: Infinity },
    handler: (ctx) => {
      ctx.signal.addEventListener('abort', cancel, { once: true });
      return followTask(
        host,
        { taskId, tool: call.target, declared: meta.capabilities, wait },
        ctx,
      );
    },
  });
  if (exchange.inFlight.isCancelled) cancel();
  return live.finished;
}

/** Nothing is done to a task that is not this caller's, whatever the state has in it. */
async function cancelTask(
  host: TaskHost,
  taskId: string,
  principal: Principal | undefined,
): Promise<void> {
  try {
    const [own] = await readAllowed(host, [taskId], principal);
    if (own === undefined) return;
    if (await host.store.cancel(taskId, host.options.retention)) host.wake(taskId);
  } catch (error) {
    host.warn(`task ${taskId} could not be cancelled`, error, 'could not be cancelled');
  }
}
