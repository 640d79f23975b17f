/** K17 Calls that have a name of their own, where tasks are `always`. */
import { expect, it } from 'vitest';
import type { McpServer } from '../../src/server/server.ts';
import { memoryStore } from '../../src/stores/memory-store.ts';
import { overWires } from '../support/each-wire.ts';
import { call, retry, textOf } from '../support/messages.ts';
import { YES, openTasks } from '../support/tasks.ts';

const NAMED = {
  task: 'always',
  inputSchema: {
    type: 'object',
    properties: { order: { type: 'string' }, by: { type: 'string' } },
  },
  idempotencyKey: ({ order }: { readonly order?: unknown }) => String(order),
} as const;

const tools =
  (runs: string[]) =>
  (server: McpServer): void => {
    for (const name of ['refund', 'other']) {
      server.registerTool(name, NAMED, async ({ order }) => {
        runs.push(`${name} ${order}`);
        return `refunded ${order}`;
      });
    }
    server.registerTool('asks', NAMED, async ({ order }, ctx) => {
      const sure = await ctx.confirm('sure', `Refund ${order}?`);
      await ctx.step('refund', () => void runs.push(`asks ${order}`));
      return `${sure}`;
    });
  };

overWires('K17 a named call of a client without tasks', ['node', 'in process'], (bench) => {
  it('runs once, whoever works tasks, and gives the repeated call the same result', async () => {
    const runs: string[] = [];
    const { send } = await openTasks(bench, tools(runs), { worker: false });
    for (let i = 0; i < 3; i++) {
      expect(textOf((await send(call('refund', { order: 'a' }))).response)).toBe('refunded a');
    }
    expect(runs).toEqual(['refund a']);
  });

  it('runs once where it comes several times at once', async () => {
    const runs: string[] = [];
    const { send } = await openTasks(bench, tools(runs), { worker: false });
    const sent = Array.from({ length: 5 }, () => send(call('refund', { order: 'a' })));
    for (const { response } of await Promise.all(sent)) expect(textOf(response)).toBe('refunded a');
    expect(runs).toEqual(['refund a']);
  });

  it('is refused with other arguments, and is another under another name or with another tool', async () => {
    const runs: string[] = [];
    const { send } = await openTasks(bench, tools(runs), { worker: false });
    await send(call('refund', { order: 'a' }));
    const { error } = (await send(call('refund', { order: 'a', by: 'ann' }))).response;
    expect(error).toMatchObject({
      code: -32_602,
      message: expect.stringContaining('other arguments') as string,
    });
    await send(call('refund', { order: 'b' }));
    await send(call('other', { order: 'a' }));
    expect(runs).toEqual(['refund a', 'refund b', 'other a']);
  });

  it('gives the repeated call the question that is open, and then the result', async () => {
    const runs: string[] = [];
    const { send } = await openTasks(bench, tools(runs));
    const first = call('asks', { order: 'a' });
    const asked = (await send(first)).response;
    const again = call('asks', { order: 'a' });
    const askedAgain = (await send(again)).response;
    for (const { result } of [asked, askedAgain]) {
      expect(result!['inputRequests']).toMatchObject({ q1: { params: { message: 'Refund a?' } } });
    }
    expect(textOf((await send(retry(again, askedAgain, { q1: YES }))).response)).toBe('true');
    expect(textOf((await send(call('asks', { order: 'a' }))).response)).toBe('true');
    expect(textOf((await send(retry(first, asked, { q1: YES }))).response)).toBe('true');
    expect(runs).toEqual(['asks a']);
  });

  it('has the task of the first where the client can have tasks', async () => {
    const runs: string[] = [];
    const tasks = await openTasks(bench, tools(runs));
    const [one, two] = [
      await tasks.call('refund', { order: 'a' }),
      await tasks.call('refund', { order: 'a' }),
    ];
    expect(one.result!['taskId']).toBe(two.result!['taskId']);
    await tasks.until(one.result!['taskId'], 'completed');
    expect(textOf((await tasks.send(call('refund', { order: 'a' }))).response)).toBe('refunded a');
    expect(runs).toEqual(['refund a']);
  });

  it('is another of another server with the same store', async () => {
    const runs: string[] = [];
    const store = memoryStore();
    for (const audience of ['one', 'two']) {
      const { send } = await openTasks(bench, tools(runs), { worker: false, store, audience });
      await send(call('refund', { order: 'a' }));
    }
    expect(runs).toEqual(['refund a', 'refund a']);
  });
});

overWires('K17 a named call of another caller', ['fetch'], (bench) => {
  it('is another', async () => {
    const runs: string[] = [];
    const authenticate = (incoming: { headers: { get(name: string): unknown } }) => ({
      issuer: 'test',
      subject: String(incoming.headers.get('authorization')),
    });
    const http = { authenticate: authenticate as never };
    const { send } = await openTasks(bench, tools(runs), { worker: false, http });
    for (const authorization of ['ann', 'bob', 'ann']) {
      const { response } = await send(call('refund', { order: 'a' }), {
        headers: { authorization },
      });
      expect(textOf(response)).toBe('refunded a');
    }
    expect(runs).toEqual(['refund a', 'refund a']);
  });
});
