/** K9 Calls that become tasks where the process may end with the response. */
import { expect, it } from 'vitest';
import { McpServer } from '../../src/server/server.ts';
import type { Store } from '../../src/server/store.ts';
import { memoryStore } from '../../src/stores/memory-store.ts';
import { silent } from '../support/logger.ts';
import { type Message, type RequestMessage, call, request, textOf } from '../support/messages.ts';
import { WITH_TASKS } from '../support/tasks.ts';
import { turns } from '../support/until.ts';
import { headersFor } from '../support/wires.ts';

function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** A server that is called with `fetch` alone, and takes steps; each is logged with its name. */
function serverOf(name: string, store: Store, log: string[], go: Promise<void>): McpServer {
  const options = { store, logger: silent, tasks: { autoAfter: 5 }, audience: 'both' };
  const server = new McpServer({ name, version: '1' }, options);
  server.registerTool('auto', { task: 'auto' }, async (ctx) => {
    await ctx.step('a', async () => {
      await go;
      log.push(`a ${name}`);
    });
    await ctx.step('b', () => void log.push(`b ${name}`));
    return 'done';
  });
  server.registerTool('detaches', {}, async (ctx) => {
    await ctx.detach();
    await ctx.step('b', () => void log.push(`b ${name}`));
    return 'done';
  });
  return server;
}

async function post(
  server: McpServer,
  message: RequestMessage,
  ...following: [options?: Parameters<McpServer['fetch']>[1]]
): Promise<Message> {
  const headers = headersFor(message);
  const body = JSON.stringify(message);
  const sent = new Request('https://a.example/mcp', { method: 'POST', headers, body });
  const response = await server.fetch(sent, ...(following as [never]));
  return (await response.json()) as Message;
}

function callOf(name: string): RequestMessage {
  const message = call(name);
  Object.assign(message.params._meta, WITH_TASKS);
  return message;
}

async function taskOf(server: McpServer, created: Message) {
  const { taskId } = created.result!;
  const { result } = await post(server, request('tasks/get', { taskId }, WITH_TASKS));
  return result as { status: string; result?: object };
}

/** @param between what is done between two looks */
async function endOf(
  server: McpServer,
  created: Message,
  between: () => Promise<unknown> = turns,
): Promise<string> {
  for (;;) {
    const { status, result } = await taskOf(server, created);
    if (status === 'completed') return textOf({ result } as never);
    await between();
  }
}

it.each([
  ['auto', ['a first', 'b second']],
  ['detaches', ['b second']],
])(
  'K9 %s is left to a worker after its reply, where there is nothing but fetch',
  async (name, expected) => {
    const store = memoryStore();
    const log: string[] = [];
    const go = gate();
    const first = serverOf('first', store, log, go.opened);
    const second = serverOf('second', store, log, go.opened);
    const created = await post(first, callOf(name));
    expect(created.result).toMatchObject({ resultType: 'task' });
    go.open();
    await turns(50);
    expect((await taskOf(first, created)).status).toBe('working');
    expect(await endOf(second, created, () => second.runTasks({ for: 100 }))).toBe('done');
    expect(log).toEqual(expected);
  },
);

it.each([
  ['as an option', (waitUntil: (work: Promise<unknown>) => void) => [{ waitUntil }]],
  [
    'by the platform',
    (keep: (work: Promise<unknown>) => void) => {
      class ExecutionContext {
        readonly keep = keep;
        waitUntil(work: Promise<unknown>): void {
          this.keep(work);
        }
      }
      return [{}, new ExecutionContext()];
    },
  ],
])('K9 it goes on where it is with waitUntil %s', async (_how, following) => {
  const log: string[] = [];
  const go = gate();
  const first = serverOf('first', memoryStore(), log, go.opened);
  const kept: Promise<unknown>[] = [];
  const created = await post(
    first,
    callOf('auto'),
    ...(following((work) => kept.push(work)) as []),
  );
  expect([created.result!['resultType'], kept.length]).toEqual(['task', 1]);
  go.open();
  await Promise.all(kept);
  expect((await taskOf(first, created)).status).toBe('completed');
  expect(log).toEqual(['a first', 'b first']);
});

it('K9 it goes on where it is beside a worker of the same process', async () => {
  const log: string[] = [];
  const go = gate();
  const first = serverOf('first', memoryStore(), log, go.opened);
  const working = first.work(1)!;
  const created = await post(first, callOf('auto'));
  go.open();
  expect(await endOf(first, created)).toBe('done');
  expect(log).toEqual(['a first', 'b first']);
  await working.close();
});

it('K9 waitUntil that is no function is refused', async () => {
  const first = serverOf('first', memoryStore(), [], Promise.resolve());
  const principal = { issuer: 'i', subject: 's' };
  const posted = post(first, callOf('auto'), { principal, waitUntil: 5 } as never);
  await expect(posted).rejects.toMatchObject({ code: 'invalid_options' });
});
