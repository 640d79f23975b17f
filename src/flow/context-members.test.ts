import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { FlowContext } from './context.ts';
import { testFlow, testScheduler } from './test-support/host.ts';
import { Play, YES, accept } from './test-support/play.ts';

const Person = z.object({ name: z.string() });

describe('ctx.all', () => {
  it('asks several questions in one round and gives the answers by name', async () => {
    const play = new Play((ctx) =>
      ctx.all({
        who: ctx.elicit('who', { message: 'Who?', schema: Person }),
        go: ctx.confirm('go', 'Go?'),
        now: 'a value',
      }),
    );
    expect(Object.keys(await play.asks())).toEqual(['who', 'go']);
    const who = accept({ name: 'ada' });
    expect(await play.result({ who, go: YES })).toEqual({ who, go: true, now: 'a value' });
  });

  it('F11 that nobody awaits is a mistake, as it is for each of its questions', async () => {
    const play = new Play((ctx) => {
      void ctx.all({ go: ctx.confirm('go', 'Go?') });
      return 'done';
    });
    expect(await play.failure()).toMatchObject({ code: 'unawaited_ask' });
  });

  it('F11 may be given up on purpose', async () => {
    const play = new Play((ctx) => {
      ctx.all({ go: ctx.confirm('go', 'Go?') }).catch(() => {});
      return 'done';
    });
    expect(await play.result()).toBe('done');
  });

  it('F3 rejects as the first of its questions that does', async () => {
    const flow = testFlow({ capabilities: { elicitation: {} } });
    const all = (ctx: FlowContext): Promise<unknown> => ctx.all({ roots: ctx.listRoots() });
    const caught = new Play((ctx) => all(ctx).catch((error: unknown) => error), { flow });
    expect(await caught.result()).toMatchObject({ code: 'missing_capability' });
  });

  it('F8 refuses a function in place of a question, and says which', async () => {
    const play = new Play((ctx) => ctx.all({ go: () => ctx.confirm('go', 'Go?') }));
    expect(await play.failure()).toMatchObject({
      code: 'invalid_options',
      message: "ctx.all(): 'go' is a function. Give it what the function returns.",
    });
  });
});

describe('ctx.scope', () => {
  it('F2 puts its prefix in front of every key, scope by scope', async () => {
    const play = new Play((ctx) => {
      const inner = ctx.scope('a').scope('b');
      return Promise.all([
        ctx.confirm('go', 'Go?'),
        inner.confirm('go', 'Go?'),
        inner.elicit('who', { message: 'Who?', schema: Person }),
        inner.elicitUrl('open', { message: 'Open', url: 'https://example.com' }),
        inner.sample('think', { messages: [], maxTokens: 1 }),
        inner.listRoots(),
        inner.checkpoint('half'),
        inner.step('work', () => 1),
      ]);
    });
    expect(Object.keys(await play.asks())).toEqual([
      'go',
      ...['go', 'who', 'open', 'think', 'roots', 'half'].map((key) => `a/b/${key}`),
    ]);
    expect(play.recorded.entries.map((entry) => entry.key)).toEqual(['a/b/work']);
  });

  it('F18 shares the randomness of its flow', async () => {
    const play = new Play(async (ctx) => [ctx.random(), ctx.scope('a').random(), ctx.random()]);
    const drawn = (await play.result()) as number[];
    expect(new Set(drawn).size).toBe(3);
    expect(await play.result()).toEqual(drawn);
  });
});

describe('F17 a checkpoint that may wait', () => {
  /** A round whose clock stands at `elapsed` ms when the checkpoint is reached. */
  const reached = async (elapsed: number, after: number | undefined): Promise<string> => {
    let now = 1_000;
    const play = new Play(
      async (ctx) => {
        now += elapsed;
        await ctx.checkpoint('half', after === undefined ? undefined : { after });
      },
      { scheduler: { ...testScheduler, now: () => now } },
    );
    return (await play.next()).status;
  };

  it('ends a round that has run that long, and none that has not', async () => {
    expect(await reached(1_000, 1_000)).toBe('input_required');
    expect(await reached(1_001, 1_000)).toBe('input_required');
    expect(await reached(999, 1_000)).toBe('complete');
  });

  it('ends every round when it may not wait', async () => {
    expect(await reached(0, undefined)).toBe('input_required');
    expect(await reached(0, 0)).toBe('input_required');
  });
});

it('ctx.flowId names the flow', async () => {
  const flow = testFlow({ id: 'flow-7' });
  expect(await new Play((ctx) => ctx.flowId, { flow }).result()).toBe('flow-7');
});

it('F8 an ask that cannot be made ends the round, and its promise stays pending', async () => {
  let settled = false;
  const play = new Play(async (ctx) => {
    const note = (): void => void (settled = true);
    await ctx.elicitUrl('login', { message: 'Sign in', url: 'nonsense' }).then(note, note);
  });
  expect(await play.failure()).toMatchObject({ code: 'invalid_elicitation' });
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(settled).toBe(false);
});
