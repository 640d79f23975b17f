/** What an author may get wrong in a task: it is named, and neither the task nor its worker hangs. */
import { expect, it } from 'vitest';
import type { McpServer } from '../../src/server/server.ts';
import { RpcError } from '../../src/protocol/rpc-error.ts';
import { memoryStore } from '../../src/stores/memory-store.ts';
import { overWires } from '../support/each-wire.ts';
import { call } from '../support/messages.ts';
import { errorsTo, silent } from '../support/logger.ts';
import { openTasks } from '../support/tasks.ts';

const ALWAYS = { task: 'always' } as const;
const DAY = 86_400_000;

overWires('a task of a careless author', ['in process'], (bench) => {
  async function endOf(setUp: (server: McpServer) => void): Promise<[unknown, string[]]> {
    const errors: string[] = [];
    const tasks = await openTasks(bench, setUp, { logger: errorsTo(errors) });
    const { result } = await tasks.call('x');
    const ended = await tasks.until(result!['taskId'], 'completed', 'failed', 'input_required');
    return [ended['status'], errors];
  }

  it.each([
    ['no number', NaN, /ctx\.sleep\('nap', ms\) needs a number of ms/],
    ['a text', '5', /ctx\.sleep\('nap', ms\) needs a number of ms/],
    ['for ever', Infinity, /ctx\.sleep\('nap', ms\) needs a number of ms/],
    ['nothing', undefined, /ctx\.sleep\('nap', ms\) needs a number of ms/],
    ['longer than its task', DAY, /ctx\.sleep\('nap', ms\) is longer than a task lasts/],
    ['longer than time', 1e300, /ctx\.sleep\('nap', ms\) is longer than a task lasts/],
  ])('K11 that sleeps %s fails, and the log says why', async (_what, ms, why) => {
    const [status, errors] = await endOf((server) => {
      server.registerTool('x', ALWAYS, async (ctx) => {
        await ctx.sleep('nap', ms as number);
        return 'never';
      });
    });
    expect([status, errors]).toEqual(['failed', [expect.stringMatching(why) as string]]);
  });

  it.each([[-5], [0], [1.5]])('K11 may sleep %d ms', async (ms) => {
    const [status, errors] = await endOf((server) => {
      server.registerTool('x', ALWAYS, async (ctx) => {
        await ctx.sleep('nap', ms);
        return 'slept';
      });
    });
    expect([status, errors]).toEqual(['completed', []]);
  });

  it.each([
    ['a BigInt', 10n],
    ['an object', {}],
    ['a function', () => 'x'],
    ['more than 4,096 characters', 'x'.repeat(4_097)],
  ])('keeps its message where it is set to %s, and goes on', async (_what, message) => {
    const warnings: unknown[] = [];
    const setUp = (server: McpServer): void => {
      server.registerTool('x', ALWAYS, async (ctx) => {
        ctx.status('begun');
        ctx.status(message as string);
        return String(await ctx.confirm('sure', 'Sure?'));
      });
    };
    const logger = { ...silent, warn: (text: string) => void warnings.push(text) };
    const tasks = await openTasks(bench, setUp, { logger });
    const { result } = await tasks.call('x');
    const task = await tasks.until(result!['taskId'], 'input_required', 'failed');
    expect(task).toMatchObject({ status: 'input_required', statusMessage: 'begun' });
    expect(warnings).toEqual([expect.stringMatching(/ctx\.status\(message\) needs a text/)]);
  });
});

overWires('a call that its author names', ['in process'], (bench) => {
  it.each([
    ['a promise', async () => Promise.reject(new Error('no database'))],
    ['no key', () => ''],
    ['no key', () => 7],
  ])('K17 by a function that returns %s is refused, and the log says why', async (what, key) => {
    const errors: string[] = [];
    const options = { store: memoryStore({ singleProcess: true }), logger: errorsTo(errors) };
    const setUp = (server: McpServer): void => {
      server.registerTool('task', { ...ALWAYS, idempotencyKey: key as never }, () => 'never');
      const once = { replay: 'once', idempotencyKey: key as never } as const;
      server.registerTool('once', once, () => 'never');
    };
    const tasks = await openTasks(bench, setUp, options);
    for (const name of ['task', 'once']) {
      expect((await tasks.call(name)).error).toMatchObject({ code: -32_603 });
      const why = `'idempotencyKey' of tools/call '${name}' returned ${what}`;
      expect(errors.splice(0)).toEqual([expect.stringContaining(why)]);
    }
  });
});

const CIRCLE: Record<string, unknown> = {};
CIRCLE['circle'] = CIRCLE;

overWires('an error whose data has no JSON form', ['in process'], (bench) => {
  it.each([
    ['a circle', CIRCLE],
    ['a BigInt', 10n],
  ])('ends its task, and the round that runs once: %s', async (_what, data) => {
    const errors: string[] = [];
    let runs = 0;
    const fail = (): never => {
      runs++;
      throw new RpcError(7, 'no', data);
    };
    const setUp = (server: McpServer): void => {
      server.registerTool('task', ALWAYS, fail);
      server.registerTool('once', { replay: 'once' }, fail);
    };
    const options = { store: memoryStore({ singleProcess: true }), logger: errorsTo(errors) };
    const tasks = await openTasks(bench, setUp, options);
    const { result } = await tasks.call('task');
    expect(await tasks.until(result!['taskId'], 'failed')).toMatchObject({
      error: { code: -32_603, message: 'Internal error' },
    });
    const named = call('once');
    Object.assign(named.params._meta, { 'mcp-rondo/callKey': 'key' });
    for (let i = 0; i < 2; i++) {
      expect((await tasks.send(named)).response.error).toMatchObject({ code: -32_603 });
    }
    expect([runs, errors]).toEqual([
      2,
      [
        expect.stringMatching(/^tool 'task' threw RpcError 7, whose data cannot be sent/),
        expect.stringMatching(/^tool 'once' threw RpcError 7, whose data cannot be sent/),
      ],
    ]);
  });
});
