/** Hooks of authors that throw or reject: the call goes on, and so does the server. */
import { expect, it, vi } from 'vitest';
import * as z from 'zod';
import { RpcError, completable } from 'mcp-rondo';
import { overWires } from '../support/each-wire.ts';
import { call, request, retry, textOf } from '../support/messages.ts';

const boo = (): never => {
  throw new Error('boo');
};
const rejecting = async (): Promise<never> => boo();

type Hook = readonly [what: string, hook: () => never];

const HOOKS: readonly Hook[] = [
  ['throws', boo],
  ['rejects', rejecting as never],
];

overWires('hooks of authors', ['node', 'fetch', 'stdio', 'in process'], ({ open }) => {
  it.each(HOOKS)('a logger that %s changes no response', async (_what, log) => {
    const onStderr = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { send } = await open(
      (server) => {
        server.registerTool('bug', {}, () => (undefined as unknown as string).length as never);
        server.registerTool('rpc', {}, () => {
          throw new RpcError(7, 'no', { amount: 12n });
        });
        server.registerTool('late', {}, (ctx) => {
          ctx.onRoundEnd(() => {
            void ctx.step('late', () => 1);
            boo();
          });
          return 'done';
        });
      },
      { logger: { debug: log, info: log, warn: log, error: log } },
    );
    expect((await send(call('bug'))).response.result).toMatchObject({ isError: true });
    expect((await send(call('rpc'))).response.error).toMatchObject({ code: -32603 });
    expect(textOf((await send(call('late'))).response)).toBe('done');
    const refused = await send(call('late', {}, { requestState: 'made up' }));
    expect(refused.response.error).toMatchObject({ data: { reason: 'request_state' } });
    await new Promise((resolve) => setImmediate(resolve));
    expect(onStderr).toHaveBeenCalledOnce();
    onStderr.mockRestore();
  });

  it.each(HOOKS)('S3 a listener that %s is logged', async (_what, on) => {
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    const logger = { debug() {}, info() {}, warn, error() {} };
    const { send } = await open((server) => server.registerTool('x', {}, () => 'x'), {
      on,
      logger,
    });
    const { response } = await send(call('x', {}, { requestState: 'made up' }));
    expect(response.error).toMatchObject({ code: -32602, data: { reason: 'request_state' } });
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toHaveLength(3);
    expect(warnings[1]).toContain('A listener for state_refused failed: boo');
    expect(warnings[2]).toContain('A listener for request_served failed: boo');
  });

  it.each<Hook>([...HOOKS, ['resolves with true', (async () => true) as never]])(
    'T11 visible that %s hides what it is for',
    async (_what, visible) => {
      const hidden = { visible };
      const { send } = await open((server) => {
        server.registerTool('t', hidden, () => 'x');
        server.registerTool('seen', {}, () => 'seen');
        server.registerPrompt('p', hidden, () => 'x');
        server.registerResource('r', 'a://b', hidden, () => 'x');
      });
      for (const message of [
        call('t'),
        request('prompts/get', { name: 'p' }),
        request('resources/read', { uri: 'a://b' }),
      ]) {
        expect((await send(message)).response.error).toMatchObject({ code: -32602 });
      }
      const { response } = await send(request('tools/list'));
      expect(response.result!['tools']).toHaveLength(1);
      expect(textOf((await send(call('seen'))).response)).toBe('seen');
    },
  );

  it.each(HOOKS)('CO-1 a completer that %s fails its own request', async (_what, complete) => {
    const { send } = await open((server) => {
      server.registerPrompt(
        'p',
        { argsSchema: { a: completable(z.string(), complete) } },
        () => 'x',
      );
    });
    const ref = { type: 'ref/prompt', name: 'p' };
    const message = request('completion/complete', { ref, argument: { name: 'a', value: '' } });
    expect((await send(message)).response.error).toMatchObject({ code: -32603 });
    expect((await send(request('prompts/list'))).response.result).toBeDefined();
  });

  it.each(HOOKS)('onRoundEnd that %s leaves the round as it is', async (_what, clean) => {
    const { send } = await open((server) => {
      server.registerTool('ask', {}, async (ctx) => {
        ctx.onRoundEnd(clean);
        return String(await ctx.confirm('go', 'Go?'));
      });
    });
    const first = call('ask');
    const asked = (await send(first)).response;
    const go = { action: 'accept', content: { confirm: true } };
    expect(textOf((await send(retry(first, asked, { go }))).response)).toBe('true');
  });
});
