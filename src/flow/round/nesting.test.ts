import { describe, expect, it } from 'vitest';
import type { FlowContext } from '../context.ts';
import { Play, YES } from '../test-support/play.ts';

/** Runs jobs one after another, in the async context of whoever found it idle: as many queues do. */
class JobQueue {
  readonly #jobs: (() => Promise<void>)[] = [];
  #isBusy = false;

  add<T>(job: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#jobs.push(async () => {
        try {
          resolve(await job());
        } catch (error) {
          reject(error as Error);
        }
      });
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) await job();
    this.#isBusy = false;
  }
}

function gate(): { open: () => void; opened: Promise<void> } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

type Outlive = (ctx: FlowContext, late: () => Promise<unknown>) => Promise<unknown>;

/** Each makes a call in code that a step has begun, when that step is over. */
const OUTLIVING: Record<string, Outlive> = {
  'a promise that a step began and that is awaited outside': async (ctx, late) => {
    const { open, opened } = gate();
    let begun: Promise<unknown> | undefined;
    await ctx.step('begin', () => void (begun = opened.then(late)));
    open();
    return begun ?? late();
  },
  'a promise that goes on in the same turn as its step ends': async (ctx, late) => {
    let begun: Promise<unknown> | undefined;
    await ctx.step('begin', async () => {
      const { open, opened } = gate();
      begun = opened.then(late);
      open();
      await opened;
    });
    return begun ?? late();
  },
  'a queue that a step was the first to use': async (ctx, late) => {
    const queue = new JobQueue();
    const work = ctx.step('begin', () => queue.add(() => 1));
    const job = queue.add(late);
    await work;
    return job;
  },
  'a timer that a step has set': async (ctx, late) => {
    let rung: Promise<Promise<unknown>[]> | undefined;
    await ctx.step('begin', () => {
      rung = new Promise((resolve) => setTimeout(() => resolve([late()]), 1));
    });
    return (await rung)?.[0] ?? late();
  },
};

describe('F11 what a step has begun may ask and take steps once the step is over', () => {
  it.each(Object.entries(OUTLIVING))('%s: asks', async (_title, outlive) => {
    const play = new Play((ctx) => outlive(ctx, () => ctx.confirm('go', 'Go?')));
    expect(Object.keys(await play.asks())).toEqual(['go']);
    expect(await play.result({ go: YES })).toBe(true);
  });

  it.each(Object.entries(OUTLIVING))(
    '%s: takes a step, if its host permits it',
    async (_title, outlive) => {
      const permitted: string[] = [];
      const play = new Play((ctx) => outlive(ctx, () => ctx.step('late', () => 'done')), {
        beforeStep: (key) => void permitted.push(key),
      });
      expect(await play.result()).toBe('done');
      expect(permitted).toEqual(['begin', 'late']);
    },
  );
});

type Nested = (ctx: FlowContext) => Promise<unknown>;

/** Each is inside a step: later rounds, which do not run the step, would not make the call. */
const NESTED: Record<string, Nested> = {
  'at once': (ctx) => ctx.step('outer', () => ctx.confirm('go', 'Go?')),
  'at once, and without waiting': (ctx) =>
    ctx.step('outer', () => void ctx.confirm('go', 'Go?').catch(() => {})),
  'after a wait': (ctx) =>
    ctx.step('outer', async () => {
      await null;
      return ctx.confirm('go', 'Go?');
    }),
  'in a helper that the step waits for': (ctx) =>
    ctx.step('outer', () => new JobQueue().add(async () => ctx.confirm('go', 'Go?'))),
  'in a second attempt': (ctx) => {
    let attempts = 0;
    const work = (): Promise<boolean> => {
      if (attempts++ === 0) throw new Error('not yet');
      return ctx.confirm('go', 'Go?');
    };
    return ctx.step('outer', work, { retries: 1 });
  },
};

describe('F11 a question in a step that still runs is refused, and not sent', () => {
  it.each(Object.entries(NESTED))('%s', async (_title, handler) => {
    const asked: string[] = [];
    const onAsked = (asks: readonly { key: string }[]): void =>
      void asked.push(...asks.map(({ key }) => key));
    const play = new Play(handler, { onAsked });
    expect(await play.failure()).toMatchObject({ code: 'ask_in_step' });
    expect(asked).toEqual([]);
  });
});

it('F11 a step in a step that still runs is refused before its function is called', async () => {
  const ran: string[] = [];
  const play = new Play(
    (ctx) =>
      ctx.step('outer', async () => {
        await null;
        return ctx.step('inner', () => void ran.push('inner'));
      }),
    { beforeStep: (key) => void ran.push(`before ${key}`) },
  );
  expect(await play.failure()).toMatchObject({ code: 'step_in_step' });
  expect(ran).toEqual(['before outer']);
});
