/** What tracing costs where there is none, and what it can break: nothing. */
import { Session } from 'node:inspector/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Client } from '../../../src/client/client.ts';
import type { ClientTracing } from '../../../src/client/calls/tracing.ts';
import { McpServer } from '../../../src/server/server.ts';
import type { ServerEvent, ServerEventListener } from '../../../src/server/events.ts';
import { otel } from '../../../src/otel/index.ts';
import { silent } from '../../support/logger.ts';
import { Telemetry } from '../../support/telemetry.ts';

/** The files under `src` of which a function is called while `run` runs. */
async function filesCalled(run: () => Promise<unknown>): Promise<Set<string>> {
  const session = new Session();
  session.connect();
  onTestFinished(() => session.disconnect());
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage');
  await run();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  await session.post('Profiler.stopPreciseCoverage');
  const called = result.filter(({ functions }) =>
    functions.some(({ functionName, ranges }) => functionName !== '' && ranges[0]!.count > 0),
  );
  return new Set(called.flatMap(({ url }) => /\/src\/(.*\.ts)/.exec(url)?.[1] ?? []));
}

function serverWith(on?: ServerEventListener): McpServer {
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent, ...(on && { on }) });
  server.registerTool('plain', {}, () => 'done');
  return server;
}

const PARTS = [
  'server/request-report.ts',
  'server/flows/round-report.ts',
  'server/requests/is-error-result.ts',
  'protocol/trace-context.ts',
  'client/calls/tracing.ts',
  'base/run-within.ts',
];

it('a plain call that nobody listens to, and nobody traces, goes through no file of telemetry', async () => {
  const client = new Client(serverWith(), { name: 'c', version: '1' });
  await client.callTool('plain');
  const called = await filesCalled(() => client.callTool('plain'));
  expect(called).toContain('server/tools/tool-call.ts');
  expect([...called].filter((file) => PARTS.includes(file) || file.startsWith('otel/'))).toEqual(
    [],
  );
});

it('a plain call that somebody listens to and traces goes through them', async () => {
  const tracing: ClientTracing = { call: (_, run) => run(), request: (_, send) => send() };
  const server = serverWith(() => undefined);
  const client = new Client(server, { name: 'c', version: '1', tracing });
  const called = await filesCalled(() => client.callTool('plain'));
  expect(PARTS.filter((file) => !called.has(file))).toEqual([]);
});

it('where telemetry has no provider, nothing is worked out for it, until there is one', async () => {
  const client = new Client(serverWith(otel()), { name: 'c', version: '1' });
  await client.callTool('plain');
  const called = await filesCalled(() => client.callTool('plain'));
  const parts = [...called].filter((file) => PARTS.includes(file) || file.startsWith('otel/'));
  expect(parts).toEqual(['otel/server.ts']);
  const telemetry = new Telemetry();
  await client.callTool('plain');
  expect(await telemetry.named('tools/call plain')).toHaveLength(1);
});

it('a listener beside telemetry without a provider hears everything', async () => {
  const heard: string[] = [];
  const server = new McpServer(
    { name: 's', version: '1' },
    { logger: silent, on: [otel(), ({ type }) => void heard.push(type)] },
  );
  server.registerTool('plain', {}, () => 'done');
  await new Client(server, { name: 'c', version: '1' }).callTool('plain');
  expect(heard).toContain('round_ended');
});

const thrower = (): never => {
  throw new Error('broken');
};

it.each<[string, (event: ServerEvent) => void]>([
  ['throws', thrower],
  [
    'leaves what is too long',
    (event) => {
      if (event.type === 'round_begun') event.trace.current = 'x'.repeat(65);
    },
  ],
  [
    'leaves what is no text',
    (event) => {
      if (event.type === 'round_begun') event.trace.current = 1 as unknown as string;
    },
  ],
  [
    'does not call the handler',
    (event) => {
      if (event.type === 'round_begun') event.trace.within = () => undefined;
    },
  ],
  [
    'throws around the handler',
    (event) => {
      if (event.type === 'round_begun') event.trace.within = thrower;
    },
  ],
])('a listener that %s changes nothing of a flow', async (_, listener) => {
  const server = serverWith(listener);
  const runs: unknown[] = [];
  server.registerTool('asks', {}, async (ctx) => {
    runs.push(1);
    return (await ctx.confirm('sure', 'Sure?')) ? 'yes' : 'no';
  });
  const answer = { action: 'accept', content: { confirm: true } } as const;
  const client = new Client(server, { name: 'c', version: '1', onElicit: () => answer });
  expect(await client.callTool('asks')).toMatchObject({ content: [{ text: 'yes' }] });
  expect(runs).toHaveLength(2);
});

it.each<[string, ClientTracing]>([
  ['throws', { call: thrower, request: thrower }],
  ['calls nothing', { call: () => undefined, request: () => undefined }],
  [
    'rejects',
    {
      call: (_, run) => run().then(thrower),
      request: (_, send) => send().then(thrower),
    },
  ],
])('tracing that %s changes nothing of a call', async (_, tracing) => {
  const client = new Client(serverWith(), { name: 'c', version: '1', tracing });
  expect(await client.callTool('plain')).toMatchObject({ content: [{ text: 'done' }] });
  await expect(client.callTool('unknown')).rejects.toMatchObject({ code: -32_602 });
});
