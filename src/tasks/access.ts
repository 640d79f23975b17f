/** Whose task it is (K6). */
import type { Principal } from '../protocol/principal.ts';
import { type Refusal, requestRefused } from '../protocol/refusal.ts';
import { invalidParams } from '../protocol/rpc-error.ts';
import type { CheckedRequest, ScopedUse } from '../server/extension.ts';
import type { TaskRecord } from './contract.ts';
import type { TaskHost } from './runs/task-host.ts';

/** @throws RpcError the same for a task that is unknown, expired, or somebody else's */
export async function findTask(host: TaskHost, request: CheckedRequest): Promise<TaskRecord> {
  const { taskId } = request.params;
  if (typeof taskId !== 'string') throw invalidParams('params.taskId must be a string');
  const [task] = await readAllowed(host, [taskId], request.exchange.principal);
  if (task === undefined) throw unknownTask();
  await host.port.admit(await usesOf(host, [task]), request.exchange);
  return task;
}

/** No other text is looked for: a database refuses what is no text of its own, and that is no fault of it. */
export function isTaskId(taskId: unknown): taskId is string {
  return typeof taskId === 'string' && /^[\w-]{1,64}$/.test(taskId);
}

/** Those of the tasks that a caller may see. */
export async function readAllowed(
  host: TaskHost,
  taskIds: readonly string[],
  principal: Principal | undefined,
): Promise<readonly TaskRecord[]> {
  const tasks = await host.store.read(taskIds.filter(isTaskId));
  const digest = await host.principalDigest(principal);
  return tasks.filter((task) => {
    if (task.principal !== digest || task.audience !== host.server.audience) return false;
    const tool = host.tools.named(task.target);
    return tool === undefined || tool.view.mayUse(principal);
  });
}

/** How many are read at once: each has its questions, or its result, of up to 4 MiB. */
const PORTION = 20;

export function inPortions(taskIds: readonly string[]): string[][] {
  const count = Math.ceil(taskIds.length / PORTION);
  return Array.from({ length: count }, (_, i) => taskIds.slice(i * PORTION, (i + 1) * PORTION));
}

/** What needs scopes to be read of these: their tools, with the arguments that are recorded. */
export async function usesOf(
  host: TaskHost,
  tasks: readonly TaskRecord[],
): Promise<readonly ScopedUse[]> {
  const uses: ScopedUse[] = [];
  for (const task of tasks) {
    const view = host.tools.named(task.target)?.view;
    if (!view?.hasScopes) continue;
    uses.push(await view.useWith((await host.callOf(task)).args));
  }
  return uses;
}

function unknownTask(): Refusal {
  return requestRefused('unknown_task', invalidParams('Unknown or expired task'));
}
