/** What a host hears of a round, and what it can see of one. */
import { describe, expect, it } from 'vitest';
import { FlowContext } from '../context.ts';
import { memoryJournal } from '../journal/journal.ts';
import { testHost, testScheduler } from '../test-support/host.ts';
import { Play, YES } from '../test-support/play.ts';
import { Round } from './round.ts';
import type { StepRun } from './host.ts';

/** A clock that only moves when it is told to. */
function clock() {
  let now = 1_000;
  const advance = (ms: number): void => void (now += ms);
  return { scheduler: { ...testScheduler, now: () => now }, advance };
}

describe('a host hears', () => {
  it('of a step that has run: how often it was tried, for how long, and whether it failed', async () => {
    const ran: StepRun[] = [];
    const { scheduler, advance } = clock();
    const play = new Play(
      async (ctx) => {
        await ctx.step('good', () => advance(7));
        await ctx.step('bad', () => Promise.reject(new Error('no'))).catch(() => {});
        return 'done';
      },
      { onStepRun: (run) => void ran.push(run), scheduler },
    );
    expect(await play.result()).toBe('done');
    expect(ran).toEqual([
      { key: 'good', ok: true, attempts: 1, duration: 7 },
      { key: 'bad', ok: false, attempts: 1, duration: 0 },
    ]);
  });

  it('of a step that is about to run, and of none that is replayed', async () => {
    const seen: string[] = [];
    const play = new Play(
      async (ctx) => {
        await ctx.step('s', () => void seen.push('runs'));
        return ctx.confirm('sure', 'Sure?');
      },
      { onStepStart: (key) => void seen.push(key) },
    );
    await play.asks();
    expect(await play.result({ sure: YES })).toBe(true);
    expect(seen).toEqual(['s', 'runs']);
  });

  it('of each try of a step', async () => {
    const ran: StepRun[] = [];
    let tries = 0;
    const step = (): number => {
      if (++tries < 3) throw new Error('not yet');
      return tries;
    };
    const options = { onStepRun: (run: StepRun) => void ran.push(run) };
    const play = new Play((ctx) => ctx.step('retried', step, { retries: 2 }), options);
    expect(await play.result()).toBe(3);
    expect(ran).toMatchObject([{ key: 'retried', ok: true, attempts: 3 }]);
  });

  it('of no duration below nothing, when the clock is set back', async () => {
    const ran: StepRun[] = [];
    const { scheduler, advance } = clock();
    const options = { onStepRun: (run: StepRun) => void ran.push(run), scheduler };
    await new Play((ctx) => ctx.step('a', () => advance(-500)), options).result();
    expect(ran).toMatchObject([{ duration: 0 }]);
  });

  it('of what cannot be recorded, once and only of that', async () => {
    const heard: string[] = [];
    const onUnrecordable = (key: string, why: string): void => void heard.push(`${key}: ${why}`);
    const play = new Play(
      async (ctx) => {
        await ctx.step('plain', () => ({ a: 1 }));
        await ctx.step('odd', () => ({ a: () => 1 }) as object).catch(() => {});
        await ctx.step('thrown', () => Promise.reject(new Error('x'))).catch(() => {});
      },
      { onUnrecordable },
    );
    await play.result();
    expect(heard).toEqual([expect.stringMatching(/^odd: 'a' is a function/)]);
  });

  it("of a context's mistake that changes nothing", () => {
    const heard: string[] = [];
    const onMisuse = (kind: string, what: string): void => void heard.push(`${kind}: ${what}`);
    new Round(testHost(memoryJournal(), { onMisuse })).authorSide.misused('topic', 'what');
    new Round(testHost()).authorSide.misused('topic', 'what');
    expect(heard).toEqual(['topic: what']);
  });

  it('nothing, and all goes on, when it does not listen', async () => {
    const play = new Play(async (ctx) => {
      ctx.onRoundEnd(() => {
        throw new Error('x');
      });
      void ctx.step('unawaited', () => 1);
      await ctx.step('odd', () => (() => 1) as unknown).catch(() => {});
      return 'done';
    });
    expect(await play.result()).toBe('done');
  });
});

describe('a host sees of a round', () => {
  it('how long it has run, and that nothing cut it short', async () => {
    const { scheduler, advance } = clock();
    const round = new Round(testHost(memoryJournal(), { scheduler }));
    const outcome = round.run(() => 'done');
    advance(40);
    expect(round.age).toBe(40);
    expect(await round.outcome).toBe(await outcome);
    expect(round.wasAborted).toBe(false);
    expect(round.authorSide.isOver).toBe(true);
  });

  it('that it was cut short', async () => {
    const round = new Round(testHost());
    const outcome = round.run(() => new Promise(() => {}));
    round.cancel('its client has left');
    expect(round.wasAborted).toBe(true);
    expect(await outcome).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
  });

  it('that a round which is over takes no answers, and does not begin', async () => {
    const round = new Round(testHost());
    round.cancel('it came too late');
    let hasRun = false;
    await round.run(() => void (hasRun = true));
    expect(round.deliver({ a: YES })).toEqual([]);
    expect(hasRun).toBe(false);
  });

  it('its questions when it is still, also if it asked for that while it ran', async () => {
    const round = new Round(testHost());
    const still: string[][] = [];
    const outcome = round.run(() => new FlowContext(round).confirm('a', 'A?'));
    round.exchange({ onStill: (asks) => void still.push(asks.map(({ key }) => key)) });
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(still).toEqual([['a']]);
    round.deliver({ a: YES });
    expect(await outcome).toMatchObject({ status: 'complete', result: true });
  });
});

describe('a context sees', () => {
  it('whether an earlier round has come to where it is', async () => {
    const seen: boolean[] = [];
    const play: Play = new Play(async (ctx) => {
      seen.push(play.round.authorSide.isReplaying);
      await ctx.confirm('a', 'A?');
      seen.push(play.round.authorSide.isReplaying);
      await ctx.confirm('b', 'B?');
      return 'done';
    });
    await play.next();
    await play.next({ a: YES });
    await play.next({ b: YES });
    expect(seen).toEqual([false, true, false, true, true]);
  });
});
