/**
 * The ways author code swallows a suspension that is thrown at it. Here nothing is thrown, so each
 * of them has to behave as if the answer had been there all along (F3, F8).
 */
import { describe, expect, it } from 'vitest';
import type { FlowContext } from '../context.ts';
import { Play, YES } from '../test-support/play.ts';

const ask = (ctx: FlowContext): Promise<boolean> => ctx.confirm('go', 'Go?');

const shapes: Record<string, (ctx: FlowContext, log: string[]) => Promise<unknown>> = {
  'try/catch with a default': async (ctx) => {
    try {
      return await ask(ctx);
    } catch {
      return 'default';
    }
  },
  '.catch() with a default': (ctx) => ask(ctx).catch(() => 'default'),
  'then with two handlers': (ctx) =>
    ask(ctx).then(
      (go) => go,
      () => 'default',
    ),
  'Promise.allSettled': async (ctx) => {
    const [go] = await Promise.allSettled([ask(ctx), Promise.reject(new Error('other'))]);
    return go.status === 'fulfilled' && go.value;
  },
  'Promise.any': (ctx) => Promise.any([ask(ctx), Promise.reject(new Error('other'))]),
  'Promise.race': (ctx) => Promise.race([ask(ctx), new Promise(() => {})]),
  'a retry loop': async (ctx) => {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        return await ctx.scope(`try${attempt}`).confirm('go', 'Go?');
      } catch {
        continue;
      }
    }
    return 'gave up';
  },
  'return in finally': async (ctx) => {
    let go: unknown = 'never asked';
    try {
      go = await ask(ctx);
    } finally {
      // eslint-disable-next-line no-unsafe-finally
      return go;
    }
  },
  'wrap and rethrow': async (ctx) => {
    try {
      return await ask(ctx);
    } catch (cause) {
      throw new Error('wrapped', { cause });
    }
  },
  'Promise.all with a sibling that has an effect': async (ctx, log) => {
    const [go] = await Promise.all([ask(ctx), ctx.step('effect', () => void log.push('effect'))]);
    return go;
  },
  'not awaited where it was made': async (ctx) => {
    const promise = ask(ctx);
    await null;
    return promise;
  },
};

describe('F3 a suspension cannot be swallowed by', () => {
  for (const [name, handler] of Object.entries(shapes)) {
    it(name, async () => {
      const log: string[] = [];
      const play = new Play((ctx) => handler(ctx, log));
      const [key] = Object.keys(await play.asks());
      expect(await play.result({ [key!]: YES })).toBe(true);
      expect(log).toEqual(log.slice(0, 1));
    });
  }
});

const misuses: Record<string, (ctx: FlowContext) => Promise<unknown>> = {
  duplicate_key: async (ctx) => {
    void ctx.confirm('go', 'Go?').catch(() => {});
    return ctx.confirm('go', 'Go?');
  },
  invalid_key: (ctx) => ctx.confirm('go~2', 'Go?'),
  ask_in_step: (ctx) => ctx.step('s', () => ctx.confirm('go', 'Go?')),
  step_in_step: (ctx) =>
    ctx.step('s', async () => {
      await null;
      return ctx.step('inner', () => 1);
    }),
  invalid_elicitation: (ctx) => ctx.elicit('go', { message: 'Go?', schema: { type: 'array' } }),
};

describe('F8 misuse cannot be swallowed either', () => {
  for (const [code, misuse] of Object.entries(misuses)) {
    it(code, async () => {
      const play = new Play(async (ctx) => {
        for (let attempt = 0; attempt < 3; attempt++) {
          try {
            await Promise.any([misuse(ctx), new Promise(() => {})]);
          } catch {
            continue;
          } finally {
            await null;
          }
        }
        return Promise.allSettled([misuse(ctx)]);
      });
      expect(await play.failure()).toMatchObject({ code });
    });
  }

  it('F11 nor can an ask be forgotten', async () => {
    const play = new Play(async (ctx) => {
      void ctx.confirm('go', 'Go?');
      return 'done';
    });
    const error = await play.failure();
    expect(error).toMatchObject({ code: 'unawaited_ask' });
    expect(error.message).toContain("'go'");
  });

  it('F11 unless its author says it does not matter', async () => {
    const play = new Play(async (ctx) => {
      ctx.confirm('go', 'Go?').catch(() => {});
      return 'done';
    });
    expect(await play.next()).toMatchObject({ status: 'complete', open: ['go'] });
  });

  it('F11 an ask awaited by a helper that nobody awaits is no oversight', async () => {
    const play = new Play(async (ctx) => {
      void (async () => {
        await ctx.confirm('go', 'Go?');
      })();
      return 'done';
    });
    expect(await play.result()).toBe('done');
  });
});
