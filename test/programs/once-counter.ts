/** Serves a tool that pays once, and writes `paid <id>` whenever it does: `<guard> <its address>`. */
import { McpServer, type ServerOptions, generateKey, memoryStore } from 'mcp-rondo';
import { embeddedStore } from 'mcp-rondo/embedded';
import { serve } from 'mcp-rondo/node';
import { postgresStore } from 'mcp-rondo/postgres';
import { redisGuard } from 'mcp-rondo/redis';
import { RedisClient } from '../support/redis/redis-client.ts';

const [guard, address] = process.argv.slice(2) as [string, string];

const GUARDS: Record<string, () => ServerOptions | Promise<ServerOptions>> = {
  memory: () => ({ store: memoryStore({ singleProcess: true }) }),
  embedded: async () => ({ store: await embeddedStore({ directory: address }) }),
  postgres: async () => ({ store: await postgresStore({ connectionString: address }) }),
  redis: async () => {
    const client = (await RedisClient.connect(Number(address))).asNodeRedis;
    return { guard: redisGuard(client, { secret: process.env['GUARD_SECRET'] ?? generateKey() }) };
  },
};

const server = new McpServer({ name: 'under-test', version: '1.2.3' }, await GUARDS[guard]!());
const inputSchema = { type: 'object', properties: { id: { type: 'string' } } } as const;

server.registerTool('pay', { replay: 'once', inputSchema }, async ({ id }, ctx) => {
  if (!(await ctx.confirm('sure', 'Sure?'))) return 'kept';
  return ctx.step('pay', () => {
    console.log(`paid ${String(id)}`);
    return `paid ${String(id)}`;
  });
});

const { url } = await serve(server, { port: 0 });
console.log(url);
