/** Tasks of a server over standard streams. */
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { McpServer } from '../../src/server/server.ts';
import type { Store } from '../../src/server/store.ts';
import { memoryStore } from '../../src/stores/memory-store.ts';
import { type ServeStdioOptions, serveStdio } from '../../src/stdio/server.ts';
import { silent } from '../support/logger.ts';
import { type Message, call, request } from '../support/messages.ts';
import { until } from '../support/until.ts';
import { WITH_TASKS, YES } from '../support/tasks.ts';

function start({ store = memoryStore(), ...options }: ServeStdioOptions & { store?: Store } = {}) {
  const server = new McpServer({ name: 's', version: '1' }, { store, logger: silent });
  const begun: string[] = [];
  const ends: string[] = [];
  server.registerTool('pay', { task: 'always' }, async (ctx) =>
    (await ctx.confirm('sure', 'Sure?')) ? 'paid' : 'kept',
  );
  server.registerTool('hang', { task: 'always' }, async (ctx) => {
    begun.push('hang');
    await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
    ends.push('aborted');
    return 'late';
  });
  const input = new PassThrough();
  const output = new PassThrough();
  const serving = serveStdio(server, { input, output, grace: 50, ...options });
  onTestFinished(async () => {
    await serving.close();
    await server.close();
  });
  const messages: Message[] = [];
  let rest = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) messages.push(JSON.parse(line) as Message);
  });
  const send = async (message: Message): Promise<Message> => {
    Object.assign(message.params!._meta!, WITH_TASKS);
    input.write(`${JSON.stringify(message)}\n`);
    const isReply = ({ id, method }: Message): boolean => id === message.id && method === undefined;
    await until(() => messages.some(isReply));
    return messages.find(isReply)!;
  };
  return { server, serving, input, messages, send, begun, ends, store };
}

it('serveStdio works tasks, and sends their changes to who listens', async () => {
  const { send, messages, input } = start();
  const { taskId } = (await send(call('pay'))).result!;
  const notifications = { taskIds: [taskId] };
  const listen = request('subscriptions/listen', { notifications }, WITH_TASKS);
  input.write(`${JSON.stringify(listen)}\n`);
  const statuses = (): unknown[] =>
    messages
      .filter(({ method }) => method === 'notifications/tasks')
      .map(({ params }) => params!['status']);
  await until(() => statuses().includes('input_required'));
  await send(request('tasks/update', { taskId, inputResponses: { sure: YES } }));
  await until(() => statuses().includes('completed'));
  const last = messages.filter(({ method }) => method === 'notifications/tasks').at(-1)!;
  expect(last.params).toMatchObject({ taskId, result: { content: [{ text: 'paid' }] } });
  expect(last.params!._meta).toMatchObject({
    'io.modelcontextprotocol/subscriptionId': listen.id,
  });
});

it('serveStdio with worker: false works none', async () => {
  const { send, server } = start({ worker: false });
  const { taskId } = (await send(call('pay'))).result!;
  const worked = await server.runTasks({ for: 100 });
  expect(worked.ran).toBe(1);
  const { result } = await send(request('tasks/get', { taskId }));
  expect(result).toMatchObject({ status: 'input_required' });
});

it('serveStdio ends streams first when it closes, and leaves to others what runs', async () => {
  const { send, serving, messages, ends, input, store } = start();
  const { taskId } = (await send(call('hang'))).result!;
  const notifications = { taskIds: [taskId] };
  const listen = request('subscriptions/listen', { notifications }, WITH_TASKS);
  input.write(`${JSON.stringify(listen)}\n`);
  await until(() => messages.some(({ method }) => method === 'notifications/tasks'));
  input.end();
  await serving.closed;
  expect(messages.at(-1)).toMatchObject({ id: listen.id, result: { resultType: 'complete' } });
  expect(ends).toEqual(['aborted']);
  const other = start({ store });
  await until(() => other.begun.length > 0);
  expect(other.begun).toEqual(['hang']);
});
