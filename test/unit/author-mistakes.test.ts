/** What an author hears of a mistake, and what a client does not. */
import { readFile } from 'node:fs/promises';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket, connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { McpServer, inputRequired } from 'mcp-rondo';
import type { Context } from 'mcp-rondo';
import { Client } from 'mcp-rondo/client';
import { nodeHandler, serve } from 'mcp-rondo/node';
import { serveStdio } from 'mcp-rondo/stdio';
import { type HostedOptions, testServer } from 'mcp-rondo/testing';

type Handler = (ctx: Context) => unknown;

/** A host with one tool, and what calling it came to. */
async function calling(handler: Handler, name = 'x') {
  const factory = (options: HostedOptions): McpServer => {
    const server = new McpServer({ name: 's', version: '1' }, options);
    server.registerTool(name, {}, handler as () => string);
    return server;
  };
  const host = testServer(factory, { instances: 1 });
  const flow = await host.callTool(name);
  return { host, flow, log: () => host.log.map(({ message }) => message) };
}

const UNEXPECTED = 'The call failed unexpectedly.';

describe('F6 a step whose value cannot be recorded', () => {
  class Plan {
    readonly steps = 3;
  }

  it('is logged once with tool, step and path, and the model hears nothing of it', async () => {
    const { flow, log } = await calling((ctx) => ctx.step('plan', () => ({ a: [new Plan()] })));
    flow.expectError(UNEXPECTED);
    expect(log()).toEqual([
      "tools/call 'x': step 'plan': 'a[0]' is an instance of Plan and cannot be recorded. " +
        'Return plain data from it.',
    ]);
  });

  it('is not logged again when it is replayed', async () => {
    const { flow, log } = await calling(async (ctx) => {
      const plan = await ctx.step('plan', () => new Plan()).catch((error: Error) => error.message);
      return String(await ctx.confirm('sure', `${String(plan)}?`));
    });
    flow.expectAsk('sure', { message: 'the value is an instance of Plan and cannot be recorded?' });
    await flow.answer('sure', true);
    flow.expectResult();
    expect(log()).toHaveLength(1);
  });
});

describe('an object that is thrown and is no Error', () => {
  it.each([
    [{ message: 'secret', code: 1 }, 'secret'],
    [{ code: 1, token: 'secret' }, 'an object with code, token'],
  ])('%j is told to the log, and not to the client', async (thrown, says) => {
    const fail = (): never => {
      throw thrown;
    };
    for (const handler of [fail, (ctx: Context) => ctx.step('a', fail)]) {
      const { flow, log } = await calling(handler);
      flow.expectError(UNEXPECTED);
      expect(log()).toEqual([expect.stringContaining(says)]);
    }
  });
});

describe('a result that cannot be sent', () => {
  it.each([
    [7, 'the tool returned a number: return a string or { content }'],
    [{ rows: [] }, 'or give the tool an outputSchema'],
    [null, 'the tool returned null'],
    [[7], 'content[0] must be an object, such as { type, text }'],
    [{ content: [], structuredContent: { n: 5n } }, 'BigInt'],
  ])('is logged with the name of the tool and what to do: %o', async (result, words) => {
    const { flow, log } = await calling(() => result);
    flow.expectError();
    expect(log()).toEqual([expect.stringMatching(/^tools\/call 'x' failed: /)]);
    expect(log()[0]).toContain(words);
  });

  it('is logged with the name of the tool when it does not fit outputSchema', async () => {
    const host = testServer((options) => {
      const server = new McpServer({ name: 's', version: '1' }, options);
      const outputSchema = z.object({ n: z.number() });
      server.registerTool('x', { outputSchema }, () => ({ n: 'one' }) as never);
      return server;
    });
    (await host.callTool('x')).expectError();
    expect(host.log[0]!.message).toContain(
      "tools/call 'x' failed: TypeError: the tool returned what",
    );
  });

  it('because the state is too large names the tool', async () => {
    const host = testServer((options) => {
      const server = new McpServer(
        { name: 's', version: '1' },
        { ...options, state: { ...options.state, maxLength: 300 } },
      );
      server.registerTool('x', {}, async (ctx) => {
        await ctx.step('a\nb', () => 'x'.repeat(500));
        return String(await ctx.confirm('sure', 'Sure?'));
      });
      return server;
    });
    (await host.callTool('x')).expectError();
    expect(host.log[0]!.message).toMatch(/^tools\/call 'x' failed: state_too_large: /);
    expect(host.log[0]!.message).toContain(String.raw`'a\u{a}b'`);
  });

  it('is whole where the result writes itself', async () => {
    const content = [{ type: 'text', text: 'hi' }];
    const { flow } = await calling(() => ({ content, toJSON: () => ({ content }) }));
    expect(flow.expectResult()).toMatchObject({ resultType: 'complete', content });
    const { flow: bad, log } = await calling(() => ({ content, toJSON: () => 'hi' }));
    bad.expectError();
    expect(log()[0]).toContain('toJSON() of the result');
  });
});

describe('a mistake in a question ends the round, and the log says what is missing', () => {
  const text = { role: 'user', content: { type: 'text', text: 'hi' } } as const;
  const given: [string, Handler, string][] = [
    [
      'confirm',
      (ctx) => ctx.confirm('Delete everything?', undefined as never),
      'missing, such as the key?',
    ],
    [
      'elicit',
      (ctx) => ctx.elicit({ message: 'Who?' } as never, undefined as never),
      'is it missing?',
    ],
    ['elicitUrl', (ctx) => ctx.elicitUrl('k', { url: 'https://a.example' } as never), 'the key?'],
    [
      'sample',
      (ctx) => ctx.sample({ messages: [text] } as never, undefined as never),
      'is it missing?',
    ],
    ['sample without params', (ctx) => ctx.sample('k', undefined as never), 'is the key missing?'],
    ['sample without messages', (ctx) => ctx.sample('k', { maxTokens: 5 } as never), 'no messages'],
    [
      'sample of no one',
      (ctx) => ctx.sample('k', { messages: [{}], maxTokens: 5 } as never),
      'a role',
    ],
    ['sample without end', (ctx) => ctx.sample('k', { messages: [text] } as never), 'maxTokens'],
    ['step', (ctx) => ctx.step((() => 1) as never, undefined as never), 'is it missing?'],
    [
      'step without work',
      (ctx) => ctx.step('k', undefined as never),
      "step('k', fn) needs a function",
    ],
    [
      'endless step',
      (ctx) => ctx.step('k', () => 1, { retries: Number.NaN }),
      "'retries' of step()",
    ],
    ['checkpoint', (ctx) => ctx.checkpoint(undefined as never), 'is it missing?'],
    ['scope', (ctx) => void ctx.scope(undefined as never), 'is it missing?'],
    [
      'elicitation by hand',
      () => asking({ method: 'elicitation/create', params: {} }),
      'The message of',
    ],
    [
      'sampling by hand',
      () => asking({ method: 'sampling/createMessage', params: {} }),
      'no messages',
    ],
  ];

  function asking(request: object): unknown {
    return inputRequired({ inputRequests: { k: request as never } });
  }

  it.each(given)('%s', async (_what, handler, words) => {
    const { flow, log } = await calling(handler);
    flow.expectError('Internal error');
    expect(log()).toHaveLength(1);
    expect(log()[0]).toContain("'x' failed: invalid_");
    expect(log()[0]).toContain(words);
  });
});

describe('an error of the operating system', () => {
  const read = (): Promise<unknown> => readFile('/nowhere/secret.txt');
  const dial = async (): Promise<unknown> => once(connect(9, '127.0.0.254'), 'connect');
  const all = (): never => {
    throw Object.assign(new AggregateError([system('ECONNREFUSED')], 'x'), {
      code: 'ECONNREFUSED',
    });
  };
  const system = (code: string): Error =>
    Object.assign(new Error(`connect ${code} 10.0.0.7:5432`), { code, syscall: 'connect' });
  const unknown = (): never => {
    throw system('EWHATEVER');
  };
  const cases: [string, () => unknown, string, string][] = [
    ['of a file', read, 'ENOENT: no such file or directory', '/nowhere/secret.txt'],
    ['of a connection', dial, 'ECONNREFUSED: connection refused', '127.0.0.254:9'],
    ['of all addresses of a host', all, 'ECONNREFUSED: connection refused', 'AggregateError'],
    ['that the platform does not know', unknown, 'EWHATEVER', '10.0.0.7:5432'],
  ];

  it.each(cases)(
    '%s is told by code and meaning; the log has the rest',
    async (_of, work, said, kept) => {
      const { flow, log } = await calling(work);
      flow.expectError(said);
      expect(log().join()).toContain(kept);
    },
  );

  it.each(cases)('%s is so in a step too', async (of, work, said, kept) => {
    if (of === 'of all addresses of a host') return;
    const { flow, log } = await calling((ctx) => ctx.step('work', work));
    flow.expectError(said);
    expect(log().join()).toContain(kept);
  });

  it('is not what an author throws with a code', async () => {
    const { flow, log } = await calling(() => {
      throw Object.assign(new Error('E12: no such order 7'), { code: 'E12' });
    });
    flow.expectError('E12: no such order 7');
    expect(log()).toEqual([]);
  });
});

describe('a URL without encryption', () => {
  it.each([
    ['http://pay.example/1', 1],
    ['https://pay.example/1', 0],
    ['http://127.0.0.1:3000/1', 0],
  ])('%s is asked, with %d warnings in all', async (url, count) => {
    const { host, flow, log } = await calling(
      async (ctx) => (await ctx.elicitUrl('pay', { message: 'Pay', url })).action,
    );
    flow.expectAsk('pay', { url });
    await host.callTool('x');
    expect(log()).toHaveLength(count);
    expect(log().join()).not.toContain('pay.example');
  });
});

describe('ctx.meta', () => {
  it("is the request's own _meta in every round, without the protocol's keys", async () => {
    const seen: unknown[] = [];
    const server = new McpServer({ name: 's', version: '1' });
    server.registerTool('x', {}, async (ctx) => {
      seen.push(ctx.meta);
      return String(await ctx.confirm('sure', 'Sure?'));
    });
    const onElicit = () => ({ action: 'accept', content: { confirm: true } }) as const;
    const client = new Client(server, { name: 'c', version: '1', onElicit });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await client.callTool('x', {}, { meta: { traceparent, 'a.example/tenant': 7 } });
    const sent = { traceparent, 'a.example/tenant': 7 };
    expect(seen).toEqual([sent, sent]);
  });
});

describe('F2 a key in the log', () => {
  it('cannot begin a line, nor colour it', async () => {
    const { log } = await calling(async (ctx) => {
      const key = 'file-\n\u001b[31mERROR';
      void ctx.confirm(key, 'x').catch(() => {});
      return ctx.confirm(key, 'x');
    });
    expect(log()[0]).toContain(String.raw`'file-\u{a}\u{1b}[31mERROR'`);
    expect(log()[0]).not.toContain('\n');
  });
});

describe('the members of ctx', () => {
  it('can be taken off it, also off a scope', async () => {
    const { flow } = await calling(async (ctx) => {
      const { confirm, scope, log, progress, now } = ctx;
      log('info', 'hi');
      progress(1);
      const inner = scope('in');
      const { confirm: confirmInside } = inner;
      const asked = [confirm('a', 'A?'), confirmInside('b', 'B?')];
      return JSON.stringify([await Promise.all(asked), typeof now()]);
    });
    expect(flow.asks).toEqual(['a', 'in/b']);
    await flow.answer('a', true);
    await flow.answer('in/b', false);
    expect(flow.text).toBe('[[true,false],"number"]');
  });

  it('can be replaced by tests', async () => {
    const { flow } = await calling(async (ctx) => {
      ctx.confirm = () => Promise.resolve(true);
      return String(await ctx.confirm('a', 'A?'));
    });
    expect(flow.text).toBe('true');
  });
});

describe('F14 ctx.log and ctx.progress never throw', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  it.each([
    ['a bigint', { rows: 5n }],
    ['a cycle', cycle],
    ['a toJSON that throws', { toJSON: () => expect.fail('x') }],
    ['a function', () => 1],
  ])('at %s', async (_what, data) => {
    const { flow } = await calling((ctx) => {
      ctx.log('info', data);
      ctx.log('info', 'plain', 5n as never);
      ctx.progress(1, 5n as never, 'x');
      return 'done';
    });
    expect(flow.text).toBe('done');
    expect(flow.messages[0]).toMatchObject({
      level: 'info',
      data: 'A message that has no JSON form.',
    });
  });
});

describe('a function that makes the server is refused where a server belongs', () => {
  const server = new McpServer({ name: 's', version: '1' });
  const factory = (() => server) as never;
  const words = 'the server itself, not a function that makes it';

  it('by serve, nodeHandler, serveStdio and Client', async () => {
    await expect(serve(factory, { port: 0 })).rejects.toThrow(`serve() takes ${words}`);
    expect(() => nodeHandler(factory)).toThrow(`nodeHandler() takes ${words}`);
    expect(() => serveStdio(factory)).toThrow(`serveStdio() takes ${words}`);
    expect(() => new Client(factory, { name: 'c', version: '1' })).toThrow(`Client takes ${words}`);
  });

  it('and so is something else', async () => {
    await expect(serve({} as never, { port: 0 })).rejects.toThrow('serve() takes an McpServer');
    const later = Promise.resolve(server) as never;
    await expect(serve(later, { port: 0 })).rejects.toThrow('not a promise: await it first');
    expect(() => new Client(later, { name: 'c', version: '1' })).toThrow('not a promise');
  });
});

describe('the target of a client', () => {
  it.each<[unknown, string]>([
    [{ comand: 'node' }, "'comand' is not an option of a server command. Did you mean 'command'?"],
    [{ Command: 'node', args: [] }, "Did you mean 'command'?"],
    [{ command: 'node', arg: ['x'] }, "Did you mean 'args'?"],
    [{ url: 'http://localhost/mcp' }, 'the URL of a server as it is'],
    [{}, 'a program to start, as { command, args }'],
    [['node', 'x.js'], 'as { command, args }'],
    [undefined, 'Client takes the URL of a server'],
    [null, 'Client takes the URL of a server'],
    [5, 'Client takes the URL of a server'],
  ])('%j is refused with what it can be', (target, says) => {
    const make = (): Client => new Client(target as never, { name: 'c', version: '1' });
    expect(make).toThrow(says);
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_options' }));
  });
});

describe('what is no request of its kind is refused with what belongs there', () => {
  const server = new McpServer({ name: 's', version: '1' });
  const ofNode = Object.assign(new IncomingMessage(new Socket()), { method: 'POST', url: '/mcp' });
  const context = { req: { raw: new Request('http://localhost/mcp') } };

  it.each<[string, unknown]>([
    ['a request of node:http', ofNode],
    ['the context of a framework', context],
    ['a URL', 'http://localhost/mcp'],
    ['nothing', undefined],
  ])('by server.fetch: %s', async (_what, given) => {
    const fetched = server.fetch(given as Request);
    await expect(fetched).rejects.toMatchObject({ code: 'invalid_options' });
    await expect(fetched).rejects.toThrow(
      /web requests: c\.req\.raw in Hono.*nodeHandler\(server\)/,
    );
  });

  it.each<[string, unknown[]]>([
    ['a web request', [new Request('http://localhost/mcp')]],
    ['the context of a framework and next', [context, () => {}]],
    ['wrapped ones', [ofNode, { raw: new ServerResponse(ofNode) }]],
    ['nothing', []],
  ])('by nodeHandler: %s', (_what, given) => {
    const handle = nodeHandler(server) as (...given: unknown[]) => void;
    expect(() => handle(...given)).toThrow(/request\.raw and reply\.raw.*server\.fetch/);
  });
});

describe('a client', () => {
  const client = new Client(new McpServer({ name: 's', version: '1' }), {
    name: 'c',
    version: '1',
  });
  const params = { name: 'x', arguments: {} } as never;
  const refused = { code: 'invalid_options' };

  it('refuses the params of the official SDK in place of a name', async () => {
    await expect(client.callTool(params)).rejects.toMatchObject(refused);
    await expect(client.getPrompt(params)).rejects.toMatchObject(refused);
    await expect(client.readResource({ uri: 'a://b' } as never)).rejects.toMatchObject(refused);
    await expect(client.callTool('x', 'text' as never)).rejects.toMatchObject(refused);
  });
});

describe('what the handler of a prompt or a resource throws', () => {
  const system = Object.assign(new Error('open /x'), { code: 'ENOENT', syscall: 'open' });
  it.each([
    ['an error of the operating system', system],
    ['an error of its own', new Error('no such note')],
    ['a bug', new TypeError('x')],
  ])('is logged once: %s', async (_what, error) => {
    const log: string[] = [];
    const logger = { ...console, error: (line: string) => void log.push(line) };
    const server = new McpServer({ name: 's', version: '1' }, { logger });
    const fail = (): never => {
      throw error;
    };
    server.registerPrompt('p', {}, fail);
    server.registerResource('r', 'a://b', {}, fail);
    const client = new Client(server, { name: 'c', version: '1' });
    await expect(client.getPrompt('p')).rejects.toThrow('Internal error');
    await expect(client.readResource('a://b')).rejects.toThrow('Internal error');
    expect(log).toHaveLength(2);
  });
});
