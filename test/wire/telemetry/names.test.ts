/** What spans and metrics are called and have, over every transport. */
import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { Client } from '../../../src/client/client.ts';
import { otel, otelClient } from '../../../src/otel/index.ts';
import { RpcError } from '../../../src/protocol/rpc-error.ts';
import { McpServer } from '../../../src/server/server.ts';
import * as z from 'zod';
import { overWires } from '../../support/each-wire.ts';
import { silent } from '../../support/logger.ts';
import { call, request, retry } from '../../support/messages.ts';
import { Telemetry, linksOf, parentOf } from '../../support/telemetry.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, tracestate: 'rojo=1' };

overWires('spans of a server', ['node', 'fetch', 'stdio', 'in process'], (bench) => {
  it('EN-14 have the parent that the request names, and the transport', async () => {
    const telemetry = new Telemetry();
    const { send } = await bench.open((server) => server.registerTool('a', {}, () => 'b'), {
      on: otel(),
    });
    const message = call('a');
    Object.assign(message.params._meta, PARENT);
    await send(message);
    const [span] = await telemetry.spans();
    expect(span).toMatchObject({ name: 'tools/call a', kind: SpanKind.SERVER });
    expect(parentOf(span!)).toBe('00f067aa0ba902b7');
    expect(span!.spanContext()).toMatchObject({ traceId: TRACE });
    expect(span!.spanContext().traceState?.serialize()).toBe('rojo=1');
    const transport = { node: 'tcp', fetch: 'tcp', stdio: 'pipe', 'in process': undefined };
    expect(span!.attributes['network.transport']).toBe(transport[bench.wire]);
    const [point, ...more] = await telemetry.points('mcp.server.operation.duration');
    expect(more).toEqual([]);
    expect(point).toEqual({
      count: 1,
      attributes: {
        'mcp.method.name': 'tools/call',
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'a',
        'mcp.protocol.version': '2026-07-28',
        ...(transport[bench.wire] && { 'network.transport': transport[bench.wire] }),
      },
    });
  });
});

overWires('a traceparent', ['in process'], (bench) => {
  it.each([
    ['no text', 1],
    ['too short', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7'],
    ['without a trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['without a span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['of the version that is none', `ff-${TRACE}-00f067aa0ba902b7-01`],
    ['in capitals', `00-${TRACE.toUpperCase()}-00F067AA0BA902B7-01`],
    ['with more behind it', `${PARENT.traceparent}-${'x'.repeat(1_000_000)}`],
  ])('EN-14 that is invalid is no parent: %s', async (_, traceparent) => {
    const telemetry = new Telemetry();
    const { send } = await bench.open((server) => server.registerTool('a', {}, () => 'b'), {
      on: otel(),
    });
    const message = call('a');
    Object.assign(message.params._meta, { traceparent });
    await send(message);
    expect((await telemetry.spans()).map(parentOf)).toEqual([undefined]);
  });

  it('comes before the span that is active here, which is linked', async () => {
    const telemetry = new Telemetry();
    const { send } = await bench.open((server) => server.registerTool('a', {}, () => 'b'), {
      on: otel(),
    });
    const [named, other] = [call('a'), call('a')];
    Object.assign(named.params._meta, PARENT);
    const outer = trace.getTracer('test').startSpan('POST /mcp');
    await context.with(trace.setSpan(context.active(), outer), async () => {
      await send(named);
      await send(other);
    });
    const { spanId } = outer.spanContext();
    const spans = await telemetry.named('tools/call a');
    expect(spans.map(parentOf)).toEqual(['00f067aa0ba902b7', spanId]);
    expect(spans.map(linksOf)).toEqual([{ ambient: spanId }, {}]);
  });
});

overWires('error.type', ['in process'], (bench) => {
  const Args = z.object({ n: z.number() });

  it('is tool_error for isError, the code for JSON-RPC errors, and nothing for questions', async () => {
    const telemetry = new Telemetry();
    const { send } = await bench.open(
      (server) => {
        server.registerTool('throws', {}, () => {
          throw new Error('no');
        });
        server.registerTool('says so', {}, () => ({ isError: true, content: [] }));
        server.registerTool('mentions it', {}, () => '"isError":true');
        server.registerTool('has it', {}, () => ({
          content: [],
          structuredContent: { isError: true },
        }));
        server.registerTool('asks', {}, async (ctx) => String(await ctx.confirm('sure', 'Sure?')));
        server.registerTool('takes a number', { inputSchema: Args }, () => 'fine');
        server.registerTool('refuses', {}, () => {
          throw new RpcError(-32_602, 'not this');
        });
      },
      { on: otel(), logger: silent },
    );
    for (const name of ['throws', 'says so', 'mentions it', 'has it', 'asks', 'refuses']) {
      await send(call(name));
    }
    await send(call('takes a number', { n: 'one' }));
    await send(call('unknown'));
    await send(request('unknown/method'));
    await send(request('tools/list'));
    const seen = (await telemetry.spans()).map(({ name, attributes, status }) => [
      name,
      attributes['error.type'],
      attributes['rpc.response.status_code'],
      status.code === SpanStatusCode.ERROR,
    ]);
    expect(seen).toEqual([
      ['tools/call throws', 'tool_error', undefined, true],
      ['tools/call says so', 'tool_error', undefined, true],
      ['tools/call mentions it', undefined, undefined, false],
      ['tools/call has it', undefined, undefined, false],
      ['tools/call asks', undefined, undefined, false],
      ['tools/call refuses', '-32602', '-32602', true],
      ['tools/call takes a number', 'tool_error', undefined, true],
      ['tools/call', '-32602', '-32602', true],
      ['_OTHER', '-32601', '-32601', true],
      ['tools/list', undefined, undefined, false],
    ]);
    const points = await telemetry.points('mcp.server.operation.duration');
    const types = points.map(({ attributes }) => attributes['error.type']).filter(Boolean);
    expect(types.toSorted()).toEqual(
      ['-32601', '-32602', '-32602', 'tool_error', 'tool_error', 'tool_error'].toSorted(),
    );
  });
});

overWires('counters', ['in process'], (bench) => {
  it('count what becomes of flows', async () => {
    const telemetry = new Telemetry();
    let runs = 0;
    const { send } = await bench.open(
      (server) => {
        server.registerTool('pay', {}, async (ctx) => {
          await ctx.step('work', () => 1);
          return (await ctx.confirm('sure', 'Sure?')) ? 'paid' : 'kept';
        });
        server.registerTool('changes', {}, async (ctx) => {
          await ctx.step(`step ${++runs}`, () => 1);
          return String(await ctx.confirm('sure', 'Sure?'));
        });
        server.registerPrompt('p', {}, () => 'said');
      },
      { on: otel(), logger: silent, limits: { orderGrace: 1 } },
    );
    for (const action of ['accept', 'decline', 'accept']) {
      const first = call('pay');
      const asked = await send(first);
      const content = action === 'accept' ? { content: { confirm: true } } : {};
      await send(retry(first, asked.response, { sure: { action, ...content } }));
    }
    await send(call('pay'));
    await send(call('pay', {}, { requestState: 'made up' }));
    const changing = call('changes');
    const yes = { sure: { action: 'accept', content: { confirm: true } } };
    await send(retry(changing, (await send(changing)).response, yes));
    await send(request('prompts/get', { name: 'p' }));

    const count = async (name: string): Promise<Record<string, number>> => {
      const points = await telemetry.points(`rondo.${name}`);
      return Object.fromEntries(
        points.map(({ attributes, count: value }) => {
          const { 'mcp.method.name': method, 'gen_ai.operation.name': _, ...rest } = attributes;
          return [
            Object.values({ method, ...rest })
              .slice(1)
              .join(' '),
            value,
          ];
        }),
      );
    };
    expect(await count('flow.begun')).toEqual({ pay: 4, changes: 1, p: 1 });
    expect(await count('flow.asked')).toEqual({ pay: 4, changes: 1 });
    expect(await count('flow.continued')).toEqual({ pay: 3, changes: 1 });
    expect(await count('flow.completed')).toEqual({ pay: 3, p: 1 });
    expect(await count('flow.refused')).toEqual({ pay: 1 });
    expect(await count('flow.failed')).toEqual({ 'changes diverged': 1 });
    expect(await count('state.refused')).toEqual({ 'pay seal': 1 });
    expect(await count('entries.replayed')).toEqual({ pay: 3, changes: 1 });
    expect(await count('steps')).toMatchObject({ 'pay true': 4 });
    expect(await count('flow.human_wait')).toEqual({ pay: 3, changes: 1 });
  });
});

overWires('what users and models have said', ['in process'], (bench) => {
  it('is in no span and in no metric', async () => {
    const telemetry = new Telemetry();
    const secret = 'canary-7f3a';
    const Answer = z.object({ text: z.string() });
    const { server, send } = await bench.open(
      (own) => {
        own.registerTool('tell', { inputSchema: Answer }, async ({ text }, ctx) => {
          await ctx.step('work', () => text);
          await ctx.step('fails', () => fail(text), { retries: 0 }).catch(() => undefined);
          await ctx.elicit('ask', { message: `${text}?`, schema: Answer });
          return { content: [{ type: 'text', text }], structuredContent: { text } };
        });
        own.registerTool('fails', { inputSchema: Answer }, ({ text }) => fail(text));
        own.registerTool('refuses', { inputSchema: Answer }, ({ text }) => {
          throw new RpcError(-32_602, text, { text });
        });
        own.registerResource('r', `notes://${secret}`, {}, () => ({ contents: [] }));
      },
      { on: otel(), logger: silent },
    );
    const client = new Client(server, {
      name: 'a',
      version: '1',
      tracing: otelClient(),
      logger: silent,
      onElicit: () => ({ action: 'accept', content: { text: secret } }),
    });
    await client.callTool('tell', { text: secret });
    await client.callTool('fails', { text: secret });
    await client.callTool('tell', { text: secret, [secret]: 1 });
    await client.callTool('refuses', { text: secret }).catch(() => undefined);
    await client.readResource(`notes://${secret}`).catch(() => undefined);
    await send(call(secret));
    await send(request(secret, { [secret]: secret }));
    expect((await telemetry.spans()).length).toBeGreaterThan(12);
    expect(await telemetry.text()).not.toContain(secret);
  });
});

overWires('the URI of a resource', ['in process'], (bench) => {
  it.each([false, true])('is in spans only where it is wanted: %s', async (resourceUris) => {
    const telemetry = new Telemetry();
    const { send } = await bench.open(
      (server) => server.registerResource('r', 'notes://a', {}, () => ({ contents: [] })),
      { on: otel({ resourceUris }) },
    );
    await send(request('resources/read', { uri: 'notes://a' }));
    const [span] = await telemetry.spans();
    expect(span!.name).toBe('resources/read');
    expect(span!.attributes['mcp.resource.uri']).toBe(resourceUris ? 'notes://a' : undefined);
  });
});

function fail(text: string): never {
  throw new Error(text);
}

it('a client has a span for a call and one for each request, with the server and what it came to', async () => {
  const telemetry = new Telemetry();
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent });
  server.registerTool('a', {}, () => ({ isError: true, content: [] }));
  const client = new Client(server, { name: 'c', version: '1', tracing: otelClient() });
  await client.callTool('a');
  await client.callTool('b').catch(() => undefined);
  await client.listTools();
  const seen = (await telemetry.spans()).map(({ name, kind, attributes }) => [
    name,
    kind === SpanKind.CLIENT,
    attributes['error.type'],
    attributes['rondo.outcome'],
  ]);
  expect(seen).toEqual([
    ['tools/call a', true, 'tool_error', 'complete'],
    ['execute_tool a', false, 'tool_error', undefined],
    ['tools/call b', true, '-32602', undefined],
    ['execute_tool b', false, '-32602', undefined],
    ['tools/list', true, undefined, 'complete'],
  ]);
  const points = await telemetry.points('mcp.client.operation.duration');
  expect(points.map(({ count }) => count)).toEqual([1, 1, 1]);
});

it('codes of errors that a server makes up are in spans, and one series in the metrics of a client', async () => {
  const telemetry = new Telemetry();
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent });
  let code = 0;
  server.registerTool('a', {}, () => {
    throw new RpcError(++code, 'made up');
  });
  const client = new Client(server, { name: 'c', version: '1', tracing: otelClient() });
  for (let i = 0; i < 5; i++) await client.callTool('a').catch(() => undefined);
  const spans = (await telemetry.spans()).filter(({ kind }) => kind === SpanKind.CLIENT);
  const codes = spans.map(({ attributes }) => attributes['rpc.response.status_code']);
  expect(codes).toEqual(['1', '2', '3', '4', '5']);
  const points = await telemetry.points('mcp.client.operation.duration');
  expect(points.map(({ count }) => count)).toEqual([5]);
});
