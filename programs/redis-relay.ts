/** A relay over the clients of Redis that people have: real ones, and a Redis that is restarted. */
import { pathToFileURL } from 'node:url';
import { McpServer, generateKey } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import { type IoRedis, type NodeRedis, redisRelay } from 'mcp-rondo/redis';
import { OldClient, isQuestion } from '../test/support/old-client.ts';
import { RedisServer } from '../test/support/redis/redis-server.ts';

export const PACKAGES = ['redis', 'ioredis'] as const;

type PackageName = (typeof PACKAGES)[number];

interface RedisClientOfPackage {
  readonly client: NodeRedis | IoRedis;
  close(): unknown;
}

/** How long an answer may take that is sent again and again, in ms. */
const PATIENCE = 20_000;

/** Where the modules are. */
const modules = new URL('node_modules/', import.meta.url);

async function load(file: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(new URL(file, modules).pathname).href)) as never;
}

async function connect(name: PackageName, port: number): Promise<RedisClientOfPackage> {
  if (name === 'redis') {
    const { createClient } = await load('redis/dist/index.js');
    const client = (createClient as (options: object) => NodeRedis & Connection)({
      url: `redis://127.0.0.1:${port}`,
    });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.destroy() };
  }
  const { Redis } = await load('ioredis/built/index.js');
  const client = new (Redis as new (port: number) => IoRedis & Connection)(port);
  client.on('error', () => {});
  return { client, close: () => client.disconnect() };
}

interface Connection {
  connect(): Promise<unknown>;
  on(event: 'error', listener: () => void): unknown;
  destroy(): unknown;
  disconnect(): unknown;
}

/** Calls at one instance, answers at another; then again, after Redis was away. */
export async function relayOver(name: PackageName): Promise<string> {
  const redis = await RedisServer.start();
  const clients = [await connect(name, redis.port), await connect(name, redis.port)];
  const key = generateKey();
  const servers = clients.map(({ client }) => instance(client, key));
  const servings = await Promise.all(
    servers.map((server) => serve(server, { port: 0, signals: false, grace: 100 })),
  );
  try {
    const urls = servings.map(({ url }) => url) as [string, string];
    const client = await OldClient.connect(urls[0], { capabilities: { elicitation: {} } });
    await answerElsewhere(client, urls);
    await redis.kill();
    await redis.run();
    await answerElsewhere(client, urls);
    return 'answers arrive, also after Redis was restarted';
  } finally {
    await Promise.all([...servings, ...servers].map((each) => each.close()));
    for (const each of clients) each.close();
    await redis.remove();
  }
}

function instance(client: NodeRedis | IoRedis, key: string): McpServer {
  const relay = redisRelay(client as NodeRedis);
  const server = new McpServer({ name: 's', version: '1.0.0' }, { state: { keys: [key] }, relay });
  server.registerTool('ask', {}, async (ctx) => String(await ctx.confirm('go', 'Go?')));
  return server;
}

/** Calls again until an answer arrives: what is lost while a connection comes back is lost. */
async function answerElsewhere(client: OldClient, [one, two]: [string, string]): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    client.url = one;
    const response = await client.request('tools/call', { name: 'ask', arguments: {} });
    const question = await response.message(isQuestion);
    const { properties } = question.params!['requestedSchema'] as { properties: object };
    const content = { [Object.keys(properties)[0]!]: true };
    client.url = two;
    await client.answer(question, { action: 'accept', content });
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, 1_000));
    await Promise.race([response.reply(), timeout]);
    if (JSON.stringify(response.messages).includes('"true"')) return;
    response.cut();
  }
  throw new Error('no answer arrived');
}
