/** `null` where a member may be absent is the same as its absence, in both directions. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Client } from '../../src/client/index.ts';
import { ScriptedServer } from '../../src/client/test-support/scripted.ts';
import { completable } from '../../src/server/registry/completable.ts';
import { overWires } from '../support/each-wire.ts';
import { call, request, retry } from '../support/messages.ts';

overWires('a request with members that are null', ['node', 'stdio'], ({ open }) => {
  const opened = () =>
    open((server) => {
      server.registerTool('t', { inputSchema: z.object({}) }, () => 'done');
      server.registerTool('ask', {}, async (ctx) => {
        const answer = await ctx.elicit('q', {
          message: 'm',
          schema: z.object({ a: z.string(), b: z.string().optional() }),
        });
        return JSON.stringify(answer);
      });
      const to = completable(z.string(), (value, context) => [
        `${value} ${JSON.stringify(context)}`,
      ]);
      server.registerPrompt('p', { argsSchema: { to, from: z.string().optional() } }, (args) =>
        JSON.stringify(args),
      );
    });

  it('PA-1 is served as if they were absent', async () => {
    const { send } = await opened();
    const meta = { progressToken: null, 'io.modelcontextprotocol/logLevel': null };
    for (const message of [
      request('tools/list', { cursor: null }, meta),
      request('tools/call', { name: 't', arguments: null }, meta),
      request('prompts/get', { name: 'p', arguments: { to: 'x', from: null } }),
    ]) {
      expect((await send(message)).response).toHaveProperty('result');
    }
    const completing = {
      ref: { type: 'ref/prompt', name: 'p' },
      argument: { name: 'to', value: 'v' },
    };
    const values = async (context: unknown): Promise<unknown> => {
      const message = request('completion/complete', { ...completing, context });
      return (await send(message)).response.result;
    };
    const bare = await values(undefined);
    for (const context of [null, { arguments: null }]) {
      expect(await values(context)).toEqual(bare);
    }
    const one = await values({ arguments: { from: 'x' } });
    expect(await values({ arguments: { from: 'x', other: null } })).toEqual(one);
  });

  it('F9 is an answer without these fields', async () => {
    const { send } = await opened();
    const first = call('ask');
    const asked = (await send(first)).response;
    const content = { a: 'x', b: null };
    const { response } = await send(retry(first, asked, { q: { action: 'accept', content } }));
    expect(JSON.stringify(response)).toContain('{\\"a\\":\\"x\\"}');
  });

  it('MS-14 is refused where it would lose a state or an answer', async () => {
    const { send } = await opened();
    for (const lost of [{ requestState: null }, { inputResponses: null }]) {
      const { response } = await send(request('tools/call', { name: 't', ...lost }));
      expect(response.error).toMatchObject({ code: -32602 });
    }
  });
});

describe('a response with members that are null', () => {
  const client = (...results: object[]): Client =>
    new Client(new ScriptedServer(...results.map((result) => ({ result }) as never)), {
      name: 'c',
      version: '1',
      onElicit: () => ({ action: 'decline' }),
    });
  const done = { content: [] };

  it('MC-1 is read as if they were absent', async () => {
    const nothing = { resultType: null, isError: null, _meta: null };
    expect(await client({ ...done, ...nothing }).callTool('t')).toMatchObject(done);
    const asking = { resultType: 'input_required', requestState: 's', inputRequests: null };
    expect(await client(asking, done).callTool('t')).toEqual(done);
    const params = { mode: null, message: 'm', requestedSchema: { properties: null } };
    const question = { method: 'elicitation/create', params };
    const asks = { resultType: 'input_required', inputRequests: { q: question } };
    expect(await client(asks, done).callTool('t')).toEqual(done);
    const tool = { name: 't', inputSchema: null, outputSchema: null };
    const listed = client({ tools: [tool], ttlMs: null, cacheScope: null, nextCursor: null }, done);
    expect(await listed.listTools()).toEqual([tool]);
    expect(await listed.callTool('t')).toEqual(done);
  });

  it('EN-3 is a result or an error, whichever is not null', async () => {
    const error = { code: -7, message: 'No.', data: null };
    const failing = new ScriptedServer({ result: null, error } as never);
    const failed = new Client(failing, { name: 'c', version: '1' }).callTool('t');
    await expect(failed).rejects.toMatchObject({ name: 'RpcError', code: -7 });
    const passing = new ScriptedServer({ result: done, error: null } as never);
    expect(await new Client(passing, { name: 'c', version: '1' }).callTool('t')).toEqual(done);
  });
});
