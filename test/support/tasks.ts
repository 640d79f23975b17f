/** A client of tasks, over any wire. */
import { onTestFinished } from 'vitest';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import type { ServerOptions } from '../../src/server/options.ts';
import type { McpServer } from '../../src/server/server.ts';
import { memoryStore } from '../../src/stores/memory-store.ts';
import type { Bench, Opened } from './each-wire.ts';
import { type Message, call, request } from './messages.ts';

export const TASKS = 'io.modelcontextprotocol/tasks';

/** Of a client that can be asked everything, and have tasks. */
const CAPABILITIES = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {}, context: {} },
  roots: {},
  extensions: { [TASKS]: {} },
};

export const WITH_TASKS: UnknownRecord = {
  'io.modelcontextprotocol/clientCapabilities': CAPABILITIES,
};

export const YES = { action: 'accept', content: { confirm: true } };

export interface TaskBench extends Opened {
  /** Calls a tool as a client that can have tasks. */
  call(name: string, args?: UnknownRecord, more?: UnknownRecord): Promise<Message>;
  /** A request for one task. */
  ask(method: string, taskId: unknown, params?: UnknownRecord): Promise<Message>;
  get(taskId: unknown): Promise<UnknownRecord>;
  /** Looks until the task has one of these. */
  until(taskId: unknown, ...statuses: string[]): Promise<UnknownRecord>;
}

export async function openTasks(
  bench: Bench,
  setUp: (server: McpServer) => void,
  options: ServerOptions & { readonly worker?: boolean } = {},
): Promise<TaskBench> {
  const { worker = true, ...rest } = options;
  const opened = await bench.open(setUp, { store: memoryStore(), ...rest });
  onTestFinished(() => opened.server.close());
  if (worker) opened.server.work(10);
  return tasksOver(opened);
}

/** The same of a server that is open already. */
export function tasksOver(opened: Opened): TaskBench {
  const ask: TaskBench['ask'] = async (method, taskId, params = {}) => {
    const message = request(method, { taskId, ...params }, WITH_TASKS);
    const headers = typeof taskId === 'string' ? { 'mcp-name': taskId } : {};
    return (await opened.send(message, { headers })).response;
  };
  const get: TaskBench['get'] = async (taskId) => {
    const { result, error } = await ask('tasks/get', taskId);
    if (error) throw new Error(error.message);
    return result!;
  };
  return {
    ...opened,
    ask,
    get,
    async call(name, args = {}, more = {}) {
      const message = call(name, args, more);
      Object.assign(message.params._meta, WITH_TASKS);
      return (await opened.send(message)).response;
    },
    async until(taskId, ...statuses) {
      for (;;) {
        const task = await get(taskId);
        if (statuses.includes(task['status'] as string)) return task;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}
