/**
 * Serves a plain tool and one that asks, in one of several ways, for `bench/added.ts`:
 * `<way> [address of its store]`. It says `ready <port>`; any line on its standard input is the question how
 * much of a processor it has used so far, in ms.
 */
import { metrics, trace } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { McpServer, type ServerOptions, generateKey, memoryStore } from 'mcp-rondo';
import { embeddedStore } from 'mcp-rondo/embedded';
import { serve } from 'mcp-rondo/node';
import { otel } from 'mcp-rondo/otel';
import { postgresStore } from 'mcp-rondo/postgres';
import { redisGuard } from 'mcp-rondo/redis';
import * as z from 'zod';
import { RedisClient } from '../support/redis/redis-server.ts';

const [way, address] = process.argv.slice(2) as [string, string];

const inMemory = (): ServerOptions => ({ store: memoryStore({ singleProcess: true }) });

/** Spans and metrics are made, and go nowhere. */
function withProviders(): ServerOptions {
  trace.setGlobalTracerProvider(new BasicTracerProvider());
  metrics.setGlobalMeterProvider(new MeterProvider());
  return { on: otel() };
}

const WAYS: Record<string, () => ServerOptions | Promise<ServerOptions>> = {
  none: () => ({}),
  'guard, not used': inMemory,
  memory: inMemory,
  embedded: async () => ({ store: await embeddedStore({ directory: address }) }),
  postgres: async () => ({ store: await postgresStore({ connectionString: address }) }),
  redis: async () => {
    const client = (await RedisClient.connect(Number(address))).asNodeRedis;
    return { guard: redisGuard(client, { secret: generateKey() }) };
  },
  'telemetry, no provider': () => ({ on: otel() }),
  'telemetry, providers': withProviders,
};

const GUARDS = ['memory', 'embedded', 'postgres', 'redis'];

const options = await WAYS[way]!();
const server = new McpServer(
  { name: 'measured', version: '1.0.0' },
  { state: { keys: [generateKey()] }, ...options },
);
const inputSchema = z.object({ name: z.string() });
const answer = z.object({ reason: z.string() });

server.registerTool('greet', { inputSchema }, ({ name }) => `Hello, ${name}.`);

const config = { inputSchema, ...(GUARDS.includes(way) && { replay: 'once' as const }) };
server.registerTool('interview', config, async ({ name }, ctx) => {
  const given = await ctx.elicit('why-0', { message: `Why, ${name}?`, schema: answer });
  return given.action === 'accept' ? `${name}: ${given.content.reason}.` : `${name} did not say.`;
});

const { port } = await serve(server, { port: 0, worker: false });
console.log(`ready ${port}`);

process.stdin.on('data', () => {
  const { user, system } = process.cpuUsage();
  console.log(`cpu ${(user + system) / 1_000}`);
});
// Whoever has started this is gone.
process.stdin.on('end', () => process.exit());
