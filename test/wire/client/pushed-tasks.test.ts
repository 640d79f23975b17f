/** TC-8 Our client follows tasks by what the server sends, and looks itself where that fails. */
import type { AddressInfo } from 'node:net';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { Client } from '../../../src/client/index.ts';
import { nodeHandler } from '../../../src/http/node/index.ts';
import { McpServer } from '../../../src/server/server.ts';
import { memoryStore } from '../../../src/stores/memory-store.ts';
import { silent } from '../../support/logger.ts';
import { until } from '../../support/until.ts';

const LONG = 3_600_000;

/** Gates by name; several can wait at one. */
function gates() {
  const waiting: { readonly name: string; readonly open: () => void }[] = [];
  const wait = (name: string) =>
    new Promise<void>((resolve) => waiting.push({ name, open: resolve }));
  const open = async (name: string): Promise<void> => {
    const first = (): number => waiting.findIndex((each) => each.name === name);
    await until(() => first() >= 0);
    waiting.splice(first(), 1)[0]!.open();
  };
  return { wait, open };
}

/** A server whose tasks go on when gates are opened, and what it is sent. */
async function start(pollInterval = LONG, listenStreams = 1_000) {
  const gate = gates();
  const methods: string[] = [];
  const listening = new Set<ServerResponse>();
  const options = {
    store: memoryStore(),
    logger: silent,
    tasks: { pollInterval },
    limits: { listenStreams },
  };
  const server = new McpServer({ name: 's', version: '1' }, options);
  server.registerTool('go', { task: 'always' }, async (ctx) => {
    await ctx.step('one', () => gate.wait('one'));
    const sure = await ctx.confirm('sure', 'Sure?');
    await ctx.step('two', () => gate.wait('two'));
    return `${sure}`;
  });
  const handler = nodeHandler(server);
  const http = createServer((request: IncomingMessage, response: ServerResponse) => {
    const method = String(request.headers['mcp-method']);
    methods.push(method);
    if (method === 'subscriptions/listen') {
      listening.add(response);
      response.on('close', () => listening.delete(response));
    }
    handler(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const working = server.work(10)!;
  const asked: string[] = [];
  const client = new Client(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`, {
    name: 'c',
    version: '1',
    logger: silent,
    onElicit: (_question, { key }) => {
      asked.push(key);
      return { action: 'accept', content: { confirm: true } };
    },
  });
  onTestFinished(async () => {
    await client.close();
    http.closeAllConnections();
    http.close();
    await working.close();
    await server.close();
  });
  const count = (method: string): number => methods.filter((each) => each === method).length;
  return { client, asked, gate, listening, count };
}

it('is sent the changes of its task: it looks at it a few times only', async () => {
  const { client, asked, gate, listening, count } = await start();
  const called = client.callTool('go');
  await until(() => listening.size === 1);
  await gate.open('one');
  await gate.open('two');
  expect((await called).content).toMatchObject([{ text: 'true' }]);
  expect(asked).toEqual(['sure']);
  // The first looks, before the server sends, double their pauses.
  expect(count('tasks/get')).toBeLessThan(20);
});

it('has one stream for all its tasks, which ends after the last of them', async () => {
  const { client, gate, listening, count } = await start();
  const calls = [client.callTool('go'), client.callTool('go'), client.callTool('go')];
  await until(() => listening.size === 1);
  const listens = count('subscriptions/listen');
  expect(listens).toBeLessThanOrEqual(3);
  for (const name of ['one', 'one', 'one', 'two', 'two', 'two']) await gate.open(name);
  expect(await Promise.all(calls)).toHaveLength(3);
  await until(() => listening.size === 0);
});

it('looks itself while its stream is broken, and listens again', async () => {
  const { client, gate, listening, count } = await start(20);
  const called = client.callTool('go');
  await until(() => listening.size === 1);
  for (const response of listening) response.destroy();
  const looks = count('tasks/get');
  await until(() => count('tasks/get') > looks);
  await until(() => listening.size === 1);
  expect(count('subscriptions/listen')).toBe(2);
  await gate.open('one');
  await gate.open('two');
  expect((await called).content).toMatchObject([{ text: 'true' }]);
});

it('looks itself where the server sends nothing, and does not ask it to again', async () => {
  const { client, gate, count } = await start(20, 0);
  const called = client.callTool('go');
  await until(() => count('subscriptions/listen') === 1);
  await gate.open('one');
  await gate.open('two');
  expect((await called).content).toMatchObject([{ text: 'true' }]);
  expect(count('subscriptions/listen')).toBe(1);
});
