/** F4: what the engine asks of its scheduler, and that it leaves nothing armed behind. */
import { describe, expect, it } from 'vitest';
import type { Cancel, Scheduler } from './host.ts';
import { testScheduler } from '../test-support/host.ts';
import { Play, YES } from '../test-support/play.ts';

/** The test scheduler, counting what is armed and not yet over. */
class CountingScheduler implements Scheduler {
  readonly drained = testScheduler.drained;
  turns = 0;
  armedTurns = 0;
  armedTimers = 0;
  readonly delays: number[] = [];

  now(): number {
    return testScheduler.now();
  }

  turn(fn: () => void): Cancel {
    this.turns++;
    this.armedTurns++;
    const over = once(() => this.armedTurns--);
    const cancel = testScheduler.turn(() => {
      over();
      fn();
    });
    return () => {
      over();
      cancel();
    };
  }

  after(ms: number, fn: () => void): Cancel {
    this.delays.push(ms);
    this.armedTimers++;
    const over = once(() => this.armedTimers--);
    const cancel = testScheduler.after(ms, () => {
      over();
      fn();
    });
    return () => {
      over();
      cancel();
    };
  }
}

function once(fn: () => void): () => void {
  let done = false;
  return () => {
    if (!done) fn();
    done = true;
  };
}

describe('F4 the turn that suspends a round', () => {
  it('is not armed for a handler that asks nothing', async () => {
    const scheduler = new CountingScheduler();
    const play = new Play((ctx) => ctx.step('work', () => 1), { scheduler });
    await play.result();
    expect(scheduler.turns).toBe(0);
  });

  it('is not armed for an ask that nobody awaits', async () => {
    const scheduler = new CountingScheduler();
    const play = new Play(
      async (ctx) => {
        const asked = ctx.confirm('go', 'Go?');
        await new Promise((resolve) => setTimeout(resolve, 5));
        const turns = scheduler.turns;
        void asked.then(() => {});
        return turns;
      },
      { scheduler },
    );
    expect(await play.result()).toBe(0);
  });

  it('is not armed while a step runs', async () => {
    const scheduler = new CountingScheduler();
    const play = new Play(
      async (ctx) => {
        const work = ctx.step('work', () => new Promise((resolve) => setTimeout(resolve, 5)));
        void ctx.confirm('go', 'Go?').then(() => {});
        await work;
        return scheduler.turns;
      },
      { scheduler },
    );
    expect(await play.result()).toBe(0);
  });

  it('is cancelled when the round ends in another way', async () => {
    const scheduler = new CountingScheduler();
    const play = new Play(
      async (ctx) => {
        void ctx.confirm('go', 'Go?').then(() => {});
        await new Promise((resolve) => process.nextTick(resolve));
        expect(scheduler.armedTurns).toBe(1);
        return 'done';
      },
      { scheduler },
    );
    expect(await play.result()).toBe('done');
    expect(scheduler.armedTurns).toBe(0);
  });

  it('is armed once, however much changes before it comes', async () => {
    const scheduler = new CountingScheduler();
    const play = new Play(
      (ctx) => Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => ctx.confirm(key, key))),
      { scheduler },
    );
    await play.asks();
    expect(scheduler.turns).toBeLessThanOrEqual(2);
  });
});

describe('F4 when a round is over', () => {
  const handlers: [string, ConstructorParameters<typeof Play>[0]][] = [
    ['by its result', (ctx) => ctx.step('work', () => 1)],
    ['by a question', (ctx) => ctx.confirm('go', 'Go?')],
    ['by an error', () => Promise.reject(new Error('x'))],
    ['by misuse', (ctx) => ctx.confirm('', 'Go?')],
  ];
  it.each(handlers)('%s, its deadline is disarmed', async (_how, handler) => {
    const scheduler = new CountingScheduler();
    await new Play(handler, { scheduler }).next();
    expect(scheduler.delays).toEqual([60_000]);
    expect(scheduler.armedTimers).toBe(0);
  });

  it('its grace is disarmed', async () => {
    const scheduler = new CountingScheduler();
    const outcome = { type: 'value', value: 1 } as const;
    const play = new Play(
      async (ctx) => {
        void ctx.step('behind', () => 2);
        await null;
        return scheduler.delays;
      },
      { scheduler, limits: { orderGrace: 7_000 } },
    );
    const entries = ['gone', 'behind'].map((key) => ({ kind: 'step', key, outcome }) as const);
    play.recorded = { entries, asked: [] };
    expect(await play.result()).toEqual([60_000, 7_000]);
    expect(scheduler.armedTimers).toBe(0);
  });
});

describe('F4 nothing stays armed', () => {
  const recorded = (key: string) =>
    ({ kind: 'step', key, outcome: { type: 'value', value: key } }) as const;

  it('of a grace, once the call it waited for has come', async () => {
    const scheduler = new CountingScheduler();
    const play = new Play(
      async (ctx) => {
        const behind = ctx.step('behind', () => 'live');
        await null;
        const whileWaiting = scheduler.armedTimers;
        await ctx.step('late', () => 'live');
        await behind;
        await new Promise((resolve) => setTimeout(resolve, 1));
        return [whileWaiting, scheduler.armedTimers];
      },
      { scheduler },
    );
    play.recorded = { entries: [recorded('late'), recorded('behind')], asked: [] };
    expect(await play.result()).toEqual([2, 1]);
  });

  it('after the end, whatever is awaited then', async () => {
    const scheduler = new CountingScheduler();
    let asked!: Promise<boolean>;
    const play = new Play(
      async (ctx) => {
        asked = ctx.confirm('go', 'Go?');
        await new Promise(() => {});
      },
      { scheduler },
    );
    const outcome = play.start();
    await new Promise((resolve) => setTimeout(resolve, 1));
    play.round.cancel('the caller is gone');
    await outcome;
    void asked.then(() => {});
    expect([scheduler.turns, scheduler.armedTimers]).toEqual([0, 0]);
  });
});

describe('F14 a live round', () => {
  it('says what is asked each time it is still, and goes on with the answers', async () => {
    const stills: string[][] = [];
    const play = new Play(
      async (ctx) => [await ctx.confirm('a', 'A?'), await ctx.confirm('b', 'B?')],
      {
        onStill(asks) {
          stills.push(asks.map((ask) => ask.key));
          setImmediate(() => play.round.deliver({ [asks[0]!.key]: YES }));
        },
      },
    );
    expect(await play.result()).toEqual([true, true]);
    expect(stills).toEqual([['a'], ['b']]);
  });

  it('F9 asks again for a wrong answer, and ignores one that nobody asked for', async () => {
    const problems: unknown[] = [];
    const play = new Play((ctx) => ctx.confirm('a', 'A?'), {
      onStill([ask]) {
        problems.push([ask!.sendings, JSON.stringify(ask!.request).includes('Please check')]);
        const answer = problems.length === 1 ? 'wrong' : YES;
        setImmediate(() => play.round.deliver({ a: answer, b: YES, toString: YES }));
      },
    });
    expect(await play.result()).toBe(true);
    expect(problems).toEqual([
      [1, false],
      [2, true],
    ]);
  });
});
