import { afterEach, describe, expect, it, vi } from 'vitest';
import { RpcError } from '../../protocol/rpc-error.ts';
import { StepError } from '../journal/errors.ts';
import { testScheduler } from '../test-support/host.ts';
import { Play, YES } from '../test-support/play.ts';

afterEach(() => void vi.useRealTimers());

describe('a step', () => {
  it('F10 runs once, and its outcome is delivered again on later rounds', async () => {
    let runs = 0;
    const play = new Play(async (ctx) => {
      const value = await ctx.step('work', () => ++runs);
      return [value, await ctx.confirm('go', 'Go?')];
    });
    await play.asks();
    await play.asks();
    expect(await play.result({ go: YES })).toEqual([1, true]);
    expect(runs).toBe(1);
  });

  it('F10 has the same idempotency key on every attempt, and another for every step', async () => {
    const keys: string[] = [];
    const play = new Play(async (ctx) => {
      await ctx.step('a', ({ idempotencyKey }) => void keys.push(idempotencyKey));
      await ctx.step('b', ({ idempotencyKey }) => void keys.push(idempotencyKey));
    });
    await play.result();
    // The reply was lost, and with it the record: the same round again.
    await play.result();
    expect(keys).toHaveLength(4);
    expect(keys.slice(2)).toEqual(keys.slice(0, 2));
    expect(keys[0]).toMatch(/^[\w-]{22}$/);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('F6 delivers the recorded copy, live as on replay', async () => {
    const original = {
      when: new Date(5),
      map: new Map([['a', { deep: new Set([1n]) }]]),
      bytes: Buffer.from('hello'),
      nothing: undefined,
      odd: [NaN, -0, Infinity],
      '~tagged': true,
    };
    const seen: unknown[] = [];
    const play = new Play(async (ctx) => {
      const value = await ctx.step('work', () => original);
      seen.push(structuredClone(value));
      value.map.clear();
      await ctx.confirm('go', 'Go?');
    });
    await play.asks();
    await play.result({ go: YES });
    const expected = { ...original, bytes: new Uint8Array(Buffer.from('hello')) };
    expect(seen).toEqual([expected, expected]);
    expect(original.map.size).toBe(1);
  });

  it('F6 fails as a StepError with what was thrown, live as on replay', async () => {
    const seen: unknown[] = [];
    const play = new Play(async (ctx) => {
      seen.push(
        await ctx
          .step('work', () => Promise.reject(new RpcError(7, 'no', { why: new Date(1) })))
          .catch((error: unknown) => error),
      );
      await ctx.confirm('go', 'Go?');
    });
    await play.asks();
    await play.result({ go: YES });
    expect(seen[0]).toBeInstanceOf(StepError);
    expect(seen[0]).toMatchObject({
      message: 'no',
      code: 'step_failed',
      step: 'work',
      cause: { name: 'RpcError', message: 'no', code: 7 },
    });
    expect(seen[1]).toEqual(seen[0]);
  });

  it('F6 that fails uncaught fails the handler', async () => {
    const play = new Play((ctx) =>
      ctx.step('work', () => {
        throw 'text';
      }),
    );
    expect(await play.next()).toMatchObject({ status: 'threw', error: { message: 'text' } });
  });

  it('F6 whose value cannot be recorded fails, naming the path, and does not run again', async () => {
    let runs = 0;
    const play = new Play(async (ctx) => {
      const work = ctx.step('work', () => {
        runs++;
        return { list: [{ fn: () => 1 }] };
      });
      const failed = await work.catch((error: Error) => error.message);
      return [failed, await ctx.confirm('go', 'Go?')];
    });
    await play.asks();
    const [failed] = (await play.result({ go: YES })) as [string];
    expect(failed).toBe("'list[0].fn' is a function and cannot be recorded");
    expect(runs).toBe(1);
  });

  it('retries as often as it is told, under one key', async () => {
    const keys = new Set<string>();
    let runs = 0;
    const play = new Play((ctx) =>
      ctx.step(
        'work',
        ({ idempotencyKey }) => {
          keys.add(idempotencyKey);
          if (++runs < 3) throw new Error('not yet');
          return runs;
        },
        { retries: 2 },
      ),
    );
    expect(await play.result()).toBe(3);
    expect(keys.size).toBe(1);
  });

  it('retries 100 ms apart at first, doubling to 5 s, and leaves no listener behind', async () => {
    const delays: number[] = [];
    const added: unknown[] = [];
    const removed: unknown[] = [];
    const scheduler = {
      ...testScheduler,
      after(ms: number, fn: () => void) {
        delays.push(ms);
        return testScheduler.after(ms === 60_000 ? ms : 0, fn);
      },
    };
    const play = new Play(
      (ctx) =>
        ctx.step(
          'work',
          ({ signal }) => {
            signal.addEventListener = (_type: string, listener: unknown) => added.push(listener);
            signal.removeEventListener = (_type: string, listener: unknown) =>
              removed.push(listener);
            throw new Error('never');
          },
          { retries: 8 },
        ),
      { scheduler },
    );
    expect(await play.next()).toMatchObject({ status: 'threw', error: { message: 'never' } });
    expect(delays).toEqual([60_000, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(removed).toEqual(added);
    expect(added).toHaveLength(8);
  });

  it('stops retrying when the round is cancelled', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let runs = 0;
    const play = new Play((ctx) =>
      ctx.step('work', () => Promise.reject(new Error(`${++runs}`)), { retries: 50 }),
    );
    const outcome = play.start();
    await vi.advanceTimersByTimeAsync(20);
    play.round.cancel('enough');
    expect(await outcome).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs).toBe(1);
  });

  it('F4 does not start in a round that is over', async () => {
    let ran = false;
    const play = new Play(async (ctx) => {
      await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
      await ctx.step('work', () => void (ran = true));
    });
    const outcome = play.start();
    play.round.cancel('gone');
    await outcome;
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(ran).toBe(false);
  });

  it('F11 may not ask the context of another flow for a mistake it did not make', async () => {
    const inner = new Play((ctx) => ctx.step('inner', () => 'fine'));
    const outer = new Play((ctx) => ctx.step('outer', () => inner.result()));
    expect(await outer.result()).toBe('fine');
  });

  it('F2 has keys of its own inside a scope', async () => {
    const helper = (
      ctx: { step: (key: string, fn: () => string) => Promise<string> },
      tag: string,
    ) => ctx.step('same', () => tag);
    const play = new Play((ctx) =>
      Promise.all([helper(ctx.scope('a'), '1'), helper(ctx.scope('b').scope('c'), '2')]),
    );
    expect(await play.result()).toEqual(['1', '2']);
  });
});

it('F10 a step that has succeeded keeps its signal when its round ends in a question', async () => {
  let rolledBack = false;
  const play = new Play(async (ctx) => {
    await ctx.step('book', ({ signal }) => {
      signal.addEventListener('abort', () => (rolledBack = true));
    });
    return ctx.confirm('pay', 'Pay?');
  });
  await play.asks();
  expect(rolledBack).toBe(false);
});

it('F5 no step starts in a listener of the abort that ends its round', async () => {
  const ran: string[] = [];
  const play = new Play(async (ctx) => {
    ctx.signal.addEventListener('abort', () => void ctx.step('late', () => ran.push('late')));
    await ctx.confirm('go', 'Go?');
  });
  const outcome = play.start();
  await Promise.resolve();
  play.round.cancel('the caller is gone');
  expect((await outcome).status).toBe('failed');
  expect(ran).toEqual([]);
});

describe('F10 a step that is not awaited', () => {
  const reported = () => {
    const log: string[] = [];
    const hooks = {
      onUnawaitedStep: (key: string) => void log.push(key),
      onUnseenFailure: (key: string, error: unknown) => void log.push(`${key}: ${String(error)}`),
    };
    return { log, hooks };
  };
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const boo = (): never => {
    throw new Error('boo');
  };

  it('is reported when the handler returns, and so is its failure, whenever it comes', async () => {
    const { log, hooks } = reported();
    let fail!: () => void;
    const failing = new Promise<void>(
      (_resolve, reject) => (fail = () => reject(new Error('late'))),
    );
    const play = new Play(async (ctx) => {
      void ctx.step('early', boo);
      void ctx.step('late', () => failing);
      void ctx.step('fine', () => 1);
      await ctx.step('awaited', () => 2);
      return 'sent';
    }, hooks);
    expect(await play.result()).toBe('sent');
    await turns();
    expect(log).toEqual(['early', 'early: Error: boo', 'late', 'fine']);
    fail();
    await turns();
    expect(log.at(-1)).toBe('late: Error: late');
  });

  it('is not reported if that was meant, or if it lost a race', async () => {
    const { log, hooks } = reported();
    const play = new Play(async (ctx) => {
      ctx.step('meant', boo).catch(() => {});
      const slow = ctx.step('slow', () => new Promise<void>((done) => setTimeout(done, 20)));
      return Promise.race([slow, ctx.step('fast', () => 'fast')]);
    }, hooks);
    expect(await play.result()).toBe('fast');
    await turns();
    expect(log).toEqual([]);
  });
});
