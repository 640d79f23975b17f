import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { FlowContext } from '../context.ts';
import { Round } from './round.ts';
import { testHost } from '../test-support/host.ts';
import { Play, YES } from '../test-support/play.ts';

const many = { limits: { entries: 2_000 } };

describe('F3 suspended frames', () => {
  it('are collected, a thousand of them', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    let collected = 0;
    const registry = new FinalizationRegistry(() => void collected++);
    const rounds = Array.from({ length: 1_000 }, async () => {
      const round = new Round(testHost());
      const outcome = await round.run(async () => {
        const ctx = new FlowContext(round);
        const held = { payload: new Array(100).fill('x') };
        registry.register(held, undefined);
        ctx.signal.addEventListener('abort', () => held.payload.push('aborted'));
        await Promise.race([ctx.confirm('go', 'Go?'), ctx.confirm('or', 'Or?')]);
        return held;
      });
      expect(outcome.status).toBe('input_required');
    });
    await Promise.all(rounds);
    for (let i = 0; i < 20 && collected < 1_000; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      gc();
    }
    expect(collected).toBe(1_000);
  });
});

describe('F13 a thousand asks', () => {
  it('at once', async () => {
    const keys = Array.from({ length: 1_000 }, (_, i) => `k${i}`);
    const play = new Play((ctx) => Promise.all(keys.map((key) => ctx.confirm(key, key))), many);
    expect(Object.keys(await play.asks())).toEqual(keys);
    const answers = Object.fromEntries(keys.map((key) => [key, YES]));
    expect(await play.result(answers)).toEqual(keys.map(() => true));
  });

  it('one after the other', async () => {
    const play = new Play(async (ctx) => {
      for (let i = 0; i < 1_000; i++) if (!(await ctx.confirm(`k${i}`, `${i}`))) return i;
      return 'all';
    }, many);
    let outcome = await play.next();
    for (let i = 0; outcome.status === 'input_required'; i++) {
      outcome = await play.next({ [`k${i}`]: YES });
    }
    expect(outcome).toMatchObject({ status: 'complete', result: 'all' });
    expect(play.rounds).toBe(1_001);
  }, 120_000);

  it('end with a clear error where the limit is lower', async () => {
    const play = new Play((ctx) =>
      Promise.all(Array.from({ length: 1_000 }, (_, i) => ctx.confirm(`k${i}`, `${i}`))),
    );
    const error = await play.failure();
    expect(error).toMatchObject({ code: 'journal_full' });
    expect(error.message).toContain('256');
  });
});
