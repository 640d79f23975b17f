/** `notifications/tasks` on listen streams, for the tasks asked for (K12, TS-20, TS-21). */
import { missingCapabilities } from '../protocol/capabilities.ts';
import { invalidParams, missingCapability } from '../protocol/rpc-error.ts';
import type {
  CheckedRequest,
  ListenField,
  ListenOut,
  OpenField,
  RequestMeta,
  ScopedUse,
} from '../server/extension.ts';
import { inPortions, readAllowed, usesOf } from './access.ts';
import type { TaskRecord } from './contract.ts';
import { NEEDS } from './extension-id.ts';
import { LIMITS } from './stored/options.ts';
import type { TaskHost } from './runs/task-host.ts';
import { taskView } from './runs/task-view.ts';

const METHOD = 'notifications/tasks';

export function taskListening(host: TaskHost): ListenField {
  return {
    name: 'taskIds',
    uses: async (value, { meta, exchange }) => {
      assertCapability(meta);
      const uses: ScopedUse[] = [];
      for (const ids of inPortions(idsIn(value))) {
        uses.push(...(await usesOf(host, await readAllowed(host, ids, exchange.principal))));
      }
      return uses;
    },
    open: (value, request, out) => open(host, idsIn(value), request, out),
  };
}

function assertCapability({ capabilities }: RequestMeta): void {
  const missing = missingCapabilities(NEEDS, capabilities);
  if (missing !== undefined) throw missingCapability(missing);
}

function idsIn(value: unknown): readonly string[] {
  const are = Array.isArray(value) && value.every((id) => typeof id === 'string');
  if (!are) throw invalidParams('notifications.taskIds must be an array of strings');
  if (value.length <= LIMITS.listened) return [...new Set(value as string[])];
  throw invalidParams(`notifications.taskIds has more than ${LIMITS.listened} ids`);
}

async function open(
  host: TaskHost,
  ids: readonly string[],
  { exchange }: CheckedRequest,
  out: ListenOut,
): Promise<OpenField> {
  const watched: string[] = [];
  for (const some of inPortions(ids)) {
    const allowed = await readAllowed(host, some, exchange.principal);
    watched.push(...allowed.map(({ taskId }) => taskId));
  }
  const stream = new TaskStream(host, watched, out);
  return {
    acknowledged: watched,
    start: () => stream.start(),
    close: () => stream.close(),
  };
}

class TaskStream {
  readonly #host: TaskHost;
  readonly #out: ListenOut;
  /** A digest of what was last sent of each that has not ended. */
  readonly #sent = new Map<string, string>();
  readonly #pending = new Set<string>();
  #stop: (() => void) | undefined;
  #poll: ReturnType<typeof setInterval> | undefined;
  #isReading = false;

  constructor(host: TaskHost, watched: readonly string[], out: ListenOut) {
    this.#host = host;
    this.#out = out;
    for (const taskId of watched) this.#sent.set(taskId, '');
  }

  start(): void {
    if (this.#sent.size === 0) return;
    this.#stop = this.#host.store.wakeUps.listen((taskId) => this.#changed(taskId));
    this.#poll = setInterval(() => this.#changed(), 5_000);
    this.#changed();
  }

  close(): void {
    this.#stop?.();
    clearInterval(this.#poll);
    this.#sent.clear();
  }

  #changed(taskId?: string): void {
    const changed = taskId === undefined ? [...this.#sent.keys()] : [taskId];
    for (const id of changed) if (this.#sent.has(id)) this.#pending.add(id);
    if (this.#pending.size === 0 || this.#isReading) return;
    this.#isReading = true;
    void this.#read()
      .catch((error) => this.#host.warn('a change could not be sent', error))
      .finally(() => {
        this.#isReading = false;
        if (this.#pending.size > 0) this.#changed([...this.#pending][0]);
      });
  }

  /** One notification for all changes since the last one. */
  async #read(): Promise<void> {
    const ids = [...this.#pending];
    this.#pending.clear();
    for (const some of inPortions(ids)) {
      for (const task of await this.#host.store.read(some)) await this.#show(task);
    }
  }

  /** What cannot be shown is not looked at again, and keeps nothing back of the others. */
  async #show(task: TaskRecord): Promise<void> {
    const { taskId, status } = task;
    try {
      const view = await taskView(this.#host, task);
      const digest = (await this.#host.seal).digest('sent', JSON.stringify(view));
      if (!this.#sent.has(taskId) || this.#sent.get(taskId) === digest) return;
      this.#sent.set(taskId, digest);
      this.#out.send(METHOD, view);
      if (status !== 'working' && status !== 'input_required') this.#forget(taskId);
    } catch (error) {
      this.#host.warn(`task ${taskId} cannot be shown`, error, 'cannot be shown');
      this.#forget(taskId);
    }
  }

  #forget(taskId: string): void {
    this.#sent.delete(taskId);
    if (this.#sent.size === 0) this.close();
  }
}
