/** What authors and clients may do without harm to the server. */
import { expect, it } from 'vitest';
import * as z from 'zod';
import { McpServer, ResourceTemplate, RpcError, inputRequired } from 'mcp-rondo';
import { overWires } from '../support/each-wire.ts';
import { call, request, retry, textOf } from '../support/messages.ts';
import { warningsTo } from '../support/logger.ts';

const YES = { action: 'accept', content: { confirm: true } };

overWires('a server', ['node', 'fetch', 'stdio', 'in process'], ({ open }) => {
  it('a server answers also when an error of the author cannot be sent', async () => {
    const { send } = await open((server) => {
      server.registerTool('no', {}, async () => {
        throw new RpcError(7, 'no', { balance: 12n });
      });
      server.registerTool('yes', {}, async () => 'yes');
    });
    expect((await send(call('no'))).response.error).toMatchObject({ code: -32603 });
    expect(textOf((await send(call('yes'))).response)).toBe('yes');
  });

  it('F14 a server keeps the questions of inputRequired while the engine asks', async () => {
    const seen: unknown[] = [];
    const { send } = await open((server) => {
      server.registerTool('buy', {}, async (ctx) => {
        seen.push([ctx.requestState, ctx.inputResponses]);
        if (ctx.requestState === undefined) {
          const requestedSchema = z.object({ card: z.string() });
          const card = inputRequired.elicit({ message: 'Card?', requestedSchema });
          return inputRequired({ inputRequests: { card }, requestState: 'cart-42' });
        }
        await ctx.step('charge', () => 'charged');
        return String(await ctx.confirm('gift', 'A gift?'));
      });
    });
    const first = call('buy');
    const card = { action: 'accept', content: { card: 'x' } };
    const second = await send(retry(first, (await send(first)).response, { card }));
    const last = await send(retry(first, second.response, { gift: YES, card: YES }));
    expect(textOf(last.response)).toBe('true');
    const there = ['cart-42', { card }];
    expect(seen).toEqual([[undefined, undefined], there, there]);
  });

  it('F16 a server takes no unsolicited answers once there is a state', async () => {
    const seen: unknown[] = [];
    const { send } = await open((server) => {
      server.registerTool('x', { unsolicited: 'accept' }, async (ctx) => {
        await ctx.checkpoint('start');
        seen.push(ctx.inputResponses);
        return 'done';
      });
    });
    const first = call('x');
    await send(retry(first, (await send(first)).response, { never: YES }));
    expect(seen).toEqual([undefined]);
  });

  it.each([
    ['throws', () => expect.fail('boo')],
    ['rejects', async () => Promise.reject(new Error('boo'))],
  ])('S3 a server refuses a state with the same error when its hook %s', async (_what, hook) => {
    const on = hook as () => void;
    const { send } = await open((server) => server.registerTool('x', {}, async () => 'x'), {
      on,
    });
    const { response } = await send(call('x', {}, { requestState: 'made up' }));
    expect(response.error).toMatchObject({ code: -32602, data: { reason: 'request_state' } });
  });

  it('RE-3 a URL parser does not change what a template has matched', async () => {
    const warnings: string[] = [];
    const logger = warningsTo(warnings);
    const { send } = await open(
      (server) => {
        const template = new ResourceTemplate('file:///docs/{+path}', { list: undefined });
        server.registerResource('docs', template, {}, async (uri) => uri.href);
      },
      { logger: logger as never },
    );
    for (const uri of ['file:///docs/.\t./.\t./etc/passwd', 'file:///docs/a\n[rondo] forged']) {
      const { response } = await send(request('resources/read', { uri, requestState: 'x' }));
      expect(response.error).toMatchObject({ code: -32602 });
    }
    expect(warnings.join('')).not.toContain('\n');
  });

  it('arguments in long lists that do not fit are explained without looking into them', async () => {
    const inputSchema = {
      type: 'object',
      properties: { list: { type: 'array', uniqueItems: true } },
    } as const;
    const { send } = await open((server) =>
      server.registerTool('x', { inputSchema }, async () => 'x'),
    );
    const list = Array.from({ length: 100_000 }, () => 1);
    const { response } = await send(call('x', { list }));
    expect(textOf(response)).toContain('does not fit');
  });
});

it('limits of a server are finite', () => {
  const make = (): McpServer =>
    new McpServer({ name: 'x', version: '1' }, { state: { flowTtl: Number.POSITIVE_INFINITY } });
  expect(make).toThrow(expect.objectContaining({ code: 'invalid_options' }));
});
