/** One flow of four rounds over two instances, and the task that it becomes, as spans. */
import { SpanKind, context, trace } from '@opentelemetry/api';
import { expect, it, onTestFinished } from 'vitest';
import { Client } from '../../../src/client/client.ts';
import { otel, otelClient } from '../../../src/otel/index.ts';
import type { Dispatcher } from '../../../src/protocol/dispatcher.ts';
import { McpServer } from '../../../src/server/server.ts';
import type { TaskLease, TaskRelease } from '../../../src/tasks/contract.ts';
import { MemoryTasks } from '../../../src/tasks/memory/memory-tasks.ts';
import { TEST_KEY } from '../../support/each-wire.ts';
import { silent } from '../../support/logger.ts';
import { Telemetry, idOf, linksOf, parentOf } from '../../support/telemetry.ts';
import { storeOf } from '../../support/store-of.ts';

/** As soon as a task is released to sleep, its time has come: another run goes on with it. */
class SleeplessTasks extends MemoryTasks {
  readonly #clock: { skipped: number };

  constructor(clock = { skipped: 0 }) {
    super(() => Date.now() + clock.skipped);
    this.#clock = clock;
  }

  override async release(lease: TaskLease, release: TaskRelease): Promise<number> {
    const due = await super.release(lease, release);
    this.#clock.skipped += 60_000;
    this.wakeUps.wake(lease.taskId);
    return due;
  }
}

/** Two instances with one store; each request goes to the other one. */
function twoInstances(setUp: (server: McpServer) => void): Dispatcher {
  const store = storeOf(new SleeplessTasks());
  const servers = [1, 2].map(() => {
    const options = { logger: silent, state: { keys: [TEST_KEY] }, store, on: otel() };
    const server = new McpServer({ name: 'releases', version: '1' }, options);
    setUp(server);
    server.work(10);
    onTestFinished(() => server.close());
    return server;
  });
  let requests = 0;
  return {
    loopbackOnly: false,
    dispatch: (...given) => servers[requests++ % 2]!.dispatch(...given),
    close: () => undefined,
  };
}

function clientOf(target: Dispatcher): Client {
  return new Client(target, {
    name: 'agent',
    version: '1',
    tracing: otelClient(),
    onElicit: () => ({ action: 'accept', content: { confirm: true } }),
  });
}

it('a flow of four rounds over two instances, and its task, are linked spans from client to step', async () => {
  const telemetry = new Telemetry();
  const within: (string | undefined)[] = [];
  const target = twoInstances((server) =>
    server.registerTool('release', {}, async (ctx) => {
      within.push(trace.getSpan(context.active())?.spanContext().spanId);
      await ctx.step('plan', () => 'a plan');
      for (const key of ['one', 'two', 'three']) await ctx.confirm(key, `${key}?`);
      await ctx.detach();
      await ctx.sleep('a while', 60_000);
      await ctx.step('ship', () => 'shipped');
      return 'Released.';
    }),
  );
  const client = clientOf(target);
  await client.callTool('release');
  await telemetry.until('tools/call release', 9);

  const spans = await telemetry.spans();
  const [call] = spans.filter(({ name }) => name === 'execute_tool release');
  expect(parentOf(call!)).toBeUndefined();
  const requests = spans.filter(({ kind }) => kind === SpanKind.CLIENT);
  const rounds = spans.filter(({ kind, name }) => kind === SpanKind.SERVER && /call/.test(name));
  const sent = requests.filter(({ name }) => name === 'tools/call release');
  expect([sent.length, rounds.length]).toEqual([4, 4]);
  expect(requests.map(parentOf)).toEqual(requests.map(() => idOf(call!)));
  expect(rounds.map(parentOf)).toEqual(sent.map(idOf));
  expect(rounds.map(({ attributes }) => attributes['rondo.flow.round'])).toEqual([1, 2, 3, 4]);
  expect(new Set(rounds.map(({ attributes }) => attributes['rondo.flow.id'])).size).toBe(1);
  expect(rounds.map((round) => linksOf(round)['previous_round'])).toEqual([
    undefined,
    ...rounds.slice(0, 3).map(idOf),
  ]);

  const [worked, ...more] = spans.filter(({ kind }) => kind === SpanKind.CONSUMER);
  expect(more).toEqual([]);
  expect(linksOf(worked!)).toEqual({ previous_round: idOf(rounds[3]!), call: idOf(sent[3]!) });
  const steps = await telemetry.named('step');
  expect(steps.map(({ attributes }) => attributes['rondo.step.key'])).toEqual(['plan', 'ship']);
  expect(steps.map(parentOf)).toEqual([idOf(rounds[0]!), idOf(worked!)]);
  expect(within).toEqual([...rounds, worked!].map(idOf));
  expect(rounds[0]!.attributes).toMatchObject({
    'mcp.method.name': 'tools/call',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'release',
    'mcp.protocol.version': '2026-07-28',
    'jsonrpc.request.id': '1',
    'rondo.outcome': 'input_required',
    'rondo.asks': ['one'],
    'rondo.entries.replayed': 0,
    'rondo.entries.new': 1,
    'rondo.state.bytes': expect.any(Number) as number,
  });
  expect(rounds[1]!.attributes).toMatchObject({ 'rondo.entries.replayed': 1 });
});

it('a task that begins with its call is linked to that call', async () => {
  const telemetry = new Telemetry();
  const target = twoInstances((server) =>
    server.registerTool('build', { task: 'always' }, (ctx) => ctx.step('build', () => 'built')),
  );
  await clientOf(target).callTool('build');
  await telemetry.until('tools/call build', 3);
  const [worked] = (await telemetry.spans()).filter(({ kind }) => kind === SpanKind.CONSUMER);
  const [sent] = (await telemetry.named('tools/call build')).filter(
    ({ kind }) => kind === SpanKind.CLIENT,
  );
  expect(linksOf(worked!)).toEqual({ call: idOf(sent!) });
  expect(sent!.attributes['rondo.outcome']).toBe('task');
});
