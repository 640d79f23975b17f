/** What an author may get wrong in a task: it is named, and neither the task nor its worker hangs. */
import { expect, it } from 'vitest';
import type { Context } from '../../src/server/flows/context.ts';
import { inputRequired } from '../../src/server/flows/manual.ts';
import { McpServer } from '../../src/server/server.ts';
import { RpcError } from '../../src/protocol/rpc-error.ts';
import { memoryStore } from '../../src/stores/memory-store.ts';
import { overWires } from '../support/each-wire.ts';
import { call } from '../support/messages.ts';
import { errorsTo, silent } from '../support/logger.ts';
import { openTasks } from '../support/tasks.ts';

const ALWAYS = { task: 'always' } as const;
const DAY = 86_400_000;
const NO_FIELDS = { type: 'object', properties: {} } as const;

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

  it('may report progress and log, which nobody hears, and has no request', async () => {
    const [status, errors] = await endOf((server) => {
      server.registerTool('x', ALWAYS, (ctx) => {
        ctx.progress(1, 2, 'half');
        ctx.log('error', 'x');
        if (ctx.request !== undefined || ctx.meta !== undefined) throw new RpcError(1, 'served');
        return 'done';
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

  const BY_HAND = {
    resultType: 'input_required',
    inputRequests: { go: inputRequired.elicit({ message: 'Go?', requestedSchema: NO_FIELDS }) },
  } as never;

  it.each<[string, (ctx: Context) => Promise<unknown>]>([
    ['from the start', async () => undefined],
    ['from detach() on', (ctx) => ctx.detach()],
  ])('K4 that is a task %s and asks by hand fails, and the log says why', async (_what, before) => {
    const [status, errors] = await endOf((server) => {
      const config = before.length === 0 ? ALWAYS : {};
      server.registerTool('x', config, async (ctx) => {
        await before(ctx);
        return BY_HAND;
      });
    });
    const why = /returned inputRequired\(\) in a task/;
    expect([status, errors]).toEqual(['failed', [expect.stringMatching(why) as string]]);
  });
});

overWires('a task whose caller has details of any kind', ['fetch'], (bench) => {
  it('K8 keeps those that have a JSON form, and neither tokens nor the others', async () => {
    const round: unknown[] = [];
    const self = { db: {} as object };
    self.db = self;
    const caller = { issuer: 'i', subject: 's', team: 7, db: self, rows: 10n, token: 't' };
    const setUp = (server: McpServer): void => {
      server.registerTool('x', ALWAYS, (ctx) => JSON.stringify(ctx.principal));
      server.registerTool('now', {}, (ctx) => String(round.push(ctx.principal)));
    };
    const tasks = await openTasks(bench, setUp, { http: { authenticate: () => caller } });
    await tasks.call('now');
    expect(round).toEqual([caller]);
    const { result, error } = await tasks.call('x');
    expect(error).toBeUndefined();
    const { result: end } = await tasks.until(result!['taskId'], 'completed', 'failed');
    const text = JSON.stringify({ issuer: 'i', subject: 's', team: 7 });
    expect(end).toMatchObject({ content: [{ type: 'text', text }] });
  });
});

overWires('names under which tasks are kept', ['in process'], (bench) => {
  const handler = (): string => 'x';

  it.each([['with NUL\0'], ['half of a character \ud800']])('K14 are not %j', (name) => {
    const server = new McpServer({ name: 's', version: '1' }, { store: memoryStore() });
    const configs = [{ version: name }, { accepts: [name] }, { aliases: [name] }];
    for (const config of configs) {
      expect(() => server.registerTool('x', config, handler)).toThrow(Object.keys(config)[0]);
    }
    expect(() => server.registerTool(name, {}, handler)).toThrow(/must have 1 to 128 characters/);
    expect(() => new McpServer({ name: 's', version: '1' }, { audience: name })).toThrow(
      'audience',
    );
    expect(() => new McpServer({ name, version: '1' })).toThrow(
      /The name of a server must be text/,
    );
  });

  it('K14 are of one tool: neither alias nor name of another that is registered', async () => {
    const { server } = await openTasks(bench, () => undefined, { worker: false });
    const a = server.registerTool('a', { aliases: ['a1', 'a2'] }, handler);
    for (const [name, aliases] of [
      ['b', ['a']],
      ['b', ['a2']],
      ['a1', []],
    ] as const) {
      expect(() => server.registerTool(name, { aliases }, handler)).toThrow(
        /'a.?' would be a name/,
      );
    }
    const b = server.registerTool('b', {}, handler);
    expect(() => b.update({ aliases: ['a1'] })).toThrow(/'a1' would be a name/);
    a.update({ name: 'c', aliases: ['a', 'a1'] });
    b.update({ aliases: ['a2'] });
    a.remove();
    b.update({ aliases: ['a1', 'c'] });
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
