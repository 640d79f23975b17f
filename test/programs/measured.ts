/**
 * Serves a plain tool and one that asks, in several ways, each at a port of its own, for `bench/added.ts`. It
 * says `ready 0`; any line on its standard input is the question how much of a processor it has used so far,
 * in ms.
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
import { RedisClient } from '../support/redis/redis-client.ts';

/** Where it is served, in what way, and where its store is. */
type Way = { readonly port: number; readonly name: string; readonly address: string };

const inMemory = (): ServerOptions => ({ store: memoryStore({ singleProcess: true }) });

/** Spans and metrics are made, and go nowhere. */
function withProviders(): ServerOptions {
  trace.setGlobalTracerProvider(new BasicTracerProvider());
  metrics.setGlobalMeterProvider(new MeterProvider());
  return { on: otel() };
}

const WAYS: Record<string, (address: string) => ServerOptions | Promise<ServerOptions>> = {
  none: () => ({}),
  'guard, not used': inMemory,
  memory: inMemory,
  embedded: async (address) => ({ store: await embeddedStore({ directory: address }) }),
  postgres: async (address) => ({ store: await postgresStore({ connectionString: address }) }),
  redis: async (address) => {
    const client = (await RedisClient.connect(Number(address))).asNodeRedis;
    return { guard: redisGuard(client, { secret: generateKey() }) };
  },
  'telemetry, no provider': () => ({ on: otel() }),
  'telemetry, providers': withProviders,
};

const GUARDS = ['memory', 'embedded', 'postgres', 'redis'];

const inputSchema = z.object({ name: z.string() });
const answer = z.object({ reason: z.string() });

async function serveIn({ name: way, address, port }: Way): Promise<void> {
  const server = new McpServer(
    { name: 'measured', version: '1.0.0' },
    { state: { keys: [generateKey()] }, ...(await WAYS[way]!(address)) },
  );
  server.registerTool('greet', { inputSchema }, ({ name }) => `Hello, ${name}.`);
  const config = { inputSchema, ...(GUARDS.includes(way) && { replay: 'once' as const }) };
  server.registerTool('interview', config, async ({ name }, ctx) => {
    const given = await ctx.elicit('why-0', { message: `Why, ${name}?`, schema: answer });
    return given.action === 'accept' ? `${name}: ${given.content.reason}.` : `${name} did not say.`;
  });
  await serve(server, { port, worker: false });
}

for (const way of JSON.parse(process.argv[2]!) as Way[]) await serveIn(way);
console.log('ready 0');

process.stdin.on('data', () => {
  const { user, system } = process.cpuUsage();
  console.log(`cpu ${(user + system) / 1_000}`);
});
// Whoever has started this is gone.
process.stdin.on('end', () => process.exit());
