import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { FlowContext } from '../context.ts';
import { testFlow, testScheduler } from '../test-support/host.ts';
import { Play, YES, accept } from '../test-support/play.ts';
import { Round } from './round.ts';

const Name = z.object({ name: z.string().min(2) });

afterEach(() => void vi.useRealTimers());

describe('a round', () => {
  it('completes at once when nothing is asked', async () => {
    expect(await new Play(() => 'done').next()).toEqual({
      status: 'complete',
      result: 'done',
      recorded: { entries: [], asked: [] },
      open: [],
      unreached: [],
    });
    expect(await new Play(async () => 'later').result()).toBe('later');
  });

  it('has a method for each thing that its host does with it, and no other', () => {
    const methods = Object.getOwnPropertyNames(Round.prototype);
    expect(methods.sort()).toEqual([
      'age',
      'cancel',
      'constructor',
      'deliver',
      'exchange',
      'moveTo',
      'outcome',
      'run',
      'settled',
      'suspend',
      'wasAborted',
    ]);
  });

  it('gives what the handler throws to the host', async () => {
    const boom = new Error('boom');
    const sync = new Play(() => {
      throw boom;
    });
    expect(await sync.next()).toEqual({ status: 'threw', error: boom });
    expect(await new Play(() => Promise.reject(boom)).next()).toEqual({
      status: 'threw',
      error: boom,
    });
  });

  it('F1 runs the handler from the top and hands recorded answers back', async () => {
    let runs = 0;
    const play = new Play(async (ctx) => {
      runs++;
      const first = await ctx.elicit('first', { message: 'First?', schema: Name });
      const second = await ctx.elicit('second', { message: 'Second?', schema: Name });
      return [first, second];
    });
    expect(Object.keys(await play.asks())).toEqual(['first']);
    expect(Object.keys(await play.asks({ first: accept({ name: 'ada' }) }))).toEqual(['second']);
    expect(await play.result({ second: { action: 'decline' } })).toEqual([
      { action: 'accept', content: { name: 'ada' } },
      { action: 'decline' },
    ]);
    expect(runs).toBe(3);
  });

  it('F4 sends asks made in the same turn together, in the order they were made', async () => {
    const play = new Play((ctx) =>
      Promise.all([ctx.confirm('b', 'B?'), ctx.confirm('a', 'A?'), ctx.listRoots()]),
    );
    expect(Object.keys(await play.asks())).toEqual(['b', 'a', 'roots']);
    const roots = { roots: [{ uri: 'file:///srv' }] };
    expect(await play.result({ a: YES, b: { action: 'cancel' }, roots })).toEqual([
      false,
      true,
      [{ uri: 'file:///srv' }],
    ]);
  });

  it('F4 finds siblings that reach their ask many microtasks later', async () => {
    const play = new Play((ctx) =>
      Promise.all([
        ctx.confirm('now', 'Now?'),
        (async () => {
          for (let i = 0; i < 1000; i++) await null;
          return ctx.confirm('later', 'Later?');
        })(),
      ]),
    );
    expect(Object.keys(await play.asks())).toEqual(['now', 'later']);
  });

  it('F4 does not end while a step runs, and takes its outcome along', async () => {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const play = new Play(async (ctx) => {
      const slow = ctx.step('slow', () => gate.then(() => 'slow'));
      return [await ctx.confirm('go', 'Go?'), await slow];
    });
    const outcome = play.start();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    release();
    const ended = await outcome;
    expect(ended.status === 'input_required' && ended.recorded.entries.map((e) => e.key)).toEqual([
      'slow',
    ]);
  });

  it('F4 does not end for an ask nobody awaits', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const play = new Play(async (ctx) => {
      const asked = ctx.confirm('go', 'Go?');
      await new Promise((resolve) => setTimeout(resolve, 20));
      return asked;
    });
    const asks = play.asks();
    await vi.advanceTimersByTimeAsync(20);
    expect(Object.keys(await asks)).toEqual(['go']);
    const result = play.result({ go: YES });
    await vi.advanceTimersByTimeAsync(20);
    expect(await result).toBe(true);
  });

  it('F4 bounds a round by its deadline, names the running steps and aborts the signals', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const aborted: string[] = [];
    const play = new Play(
      async (ctx) => {
        ctx.signal.addEventListener('abort', () => aborted.push('handler'));
        await ctx.step('stuck', ({ signal }) => {
          signal.addEventListener('abort', () => aborted.push('step'));
          return new Promise(() => {});
        });
      },
      { limits: { roundTimeout: 30 } },
    );
    const failing = play.failure();
    await vi.advanceTimersByTimeAsync(30);
    const error = await failing;
    expect(error).toMatchObject({ code: 'round_timeout', running: ['stuck'] });
    expect(error.message).toContain("'stuck'");
    expect(aborted).toEqual(['handler', 'step']);
  });

  it('F4 bounds a handler that waits for nothing of ours', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const play = new Play(() => new Promise(() => {}), { limits: { roundTimeout: 20 } });
    const failing = play.failure();
    await vi.advanceTimersByTimeAsync(20);
    expect(await failing).toMatchObject({ code: 'round_timeout', running: [] });
  });

  it('F5 fences what happens after the end and reports it once', async () => {
    const late: string[] = [];
    let stepRan = false;
    let ctx!: FlowContext;
    const play = new Play(
      async (context) => {
        ctx = context;
        await ctx.confirm('go', 'Go?');
      },
      { onLateCall: (key) => late.push(key) },
    );
    await play.asks();
    let settled = false;
    const note = (): void => void (settled = true);
    ctx.confirm('late', 'Late?').then(note, note);
    ctx.step('also late', () => void (stepRan = true)).then(note, note);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect({ late, stepRan, settled }).toEqual({ late: ['late'], stepRan: false, settled: false });
  });

  it('F5 tells onRoundEnd about every end and aborts no signal on suspension', async () => {
    const ends: string[] = [];
    const play = new Play(async (ctx) => {
      ctx.signal.addEventListener('abort', () => ends.push('aborted'));
      ctx.onRoundEnd(() => ends.push('ended'));
      await ctx.confirm('go', 'Go?');
    });
    await play.asks();
    await play.result({ go: YES });
    expect(ends).toEqual(['ended', 'ended']);
  });

  it('F5 aborts the signal and ends when the caller goes away', async () => {
    const play = new Play(async (ctx) => {
      await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
      return 'never seen';
    });
    const outcome = play.start();
    play.round.cancel('client closed the connection');
    expect(await outcome).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
  });

  it('F10 lets the result stand and aborts a step that still runs', async () => {
    let aborted = false;
    const play = new Play(async (ctx) => {
      void ctx.step('background', ({ signal }) => {
        signal.addEventListener('abort', () => (aborted = true));
        return new Promise(() => {});
      });
      return 'done';
    });
    expect(await play.result()).toBe('done');
    expect(aborted).toBe(true);
  });

  it('F17 ends at a checkpoint without a question and passes it when its state comes back', async () => {
    let before = 0;
    const play = new Play(async (ctx) => {
      await ctx.step('first half', () => void before++);
      await ctx.checkpoint('half');
      return 'done';
    });
    const { half } = await play.asks();
    expect(half).toMatchObject({ kind: 'checkpoint', request: undefined });
    expect(await play.result()).toBe('done');
    expect(before).toBe(1);
  });

  it('F17 records a checkpoint that is not due and goes on', async () => {
    const play = new Play(async (ctx) => {
      await ctx.checkpoint('half', { after: 60_000 });
      return ctx.confirm('go', 'Go?');
    });
    await play.asks();
    expect(play.recorded.entries.map((entry) => entry.kind)).toEqual(['checkpoint']);
    expect(await play.result({ go: YES })).toBe(true);
  });

  it('F17 records checkpoints for a host that gains nothing from them', async () => {
    const play = new Play((ctx) => ctx.checkpoint('half'), { recordsCheckpoints: true });
    expect(await play.result()).toBe(undefined);
  });

  it('F18 has a time that does not go back when the clock does', async () => {
    let elapsed = 0;
    const { startedAt } = testFlow();
    const scheduler = { ...testScheduler, now: () => startedAt + elapsed };
    const seen: number[] = [];
    const play = new Play(
      async (ctx) => {
        for (const [key, at] of Object.entries({ a: -100, b: 500, c: 200, d: 600 })) {
          await ctx.step(key, () => void (elapsed = at));
          seen.push(ctx.now() - startedAt);
        }
        return ctx.confirm('go', 'Go?');
      },
      { scheduler },
    );
    await play.asks();
    expect(seen).toEqual([0, 500, 500, 600]);
    expect(play.recorded.entries.map((entry) => entry.at)).toEqual(seen);
    elapsed = 50;
    await play.asks({ go: 'wrong' });
    expect(seen.slice(4)).toEqual(seen.slice(0, 4));
  });

  it('F18 repeats now, random and uuid', async () => {
    const seen: unknown[][] = [];
    const play = new Play(async (ctx) => {
      const draw = (): unknown[] => [ctx.now(), ctx.random(), ctx.random(), ctx.uuid()];
      const early = draw();
      await ctx.step('work', () => new Promise((resolve) => setTimeout(resolve, 5)));
      const late = draw();
      seen.push([...early, ...late]);
      await ctx.confirm('go', 'Go?');
    });
    await play.asks();
    await play.result({ go: YES });
    expect(seen[0]).toEqual(seen[1]);
    const [start, first, second, uuid, afterStep] = seen[0] as [
      number,
      number,
      number,
      string,
      number,
    ];
    expect(afterStep).toBeGreaterThan(start);
    expect(first).not.toBe(second);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThan(1);
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
