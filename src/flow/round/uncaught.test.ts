/** What author code and hosts throw in callbacks, where nobody could catch it: it ends no process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { FlowContext } from '../context.ts';
import { testScheduler } from '../test-support/host.ts';
import { Play, accept } from '../test-support/play.ts';

const boo = (): never => {
  throw new Error('boo');
};

/** Everything that can run without the clock has run. */
const turn = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

const asking = async (ctx: FlowContext): Promise<unknown> => {
  await ctx.step('work', () => 1);
  return ctx.confirm('go', 'Go?');
};

describe('F8 the round ends when this throws', () => {
  it('the clock, as an outcome is recorded', async () => {
    let reads = 0;
    const now = (): number => (++reads > 1 ? boo() : Date.now());
    const play = new Play(asking, { scheduler: { ...testScheduler, now } });
    expect(await play.failure()).toMatchObject({ message: 'boo' });
  });

  it('the clock, as an answer is recorded that took a while to validate', async () => {
    const schema = z.object({ a: z.string().refine(async () => true) });
    const now = vi.fn(() => Date.now());
    const scheduler = { ...testScheduler, now };
    const play = new Play((ctx) => ctx.elicit('who', { message: 'Who?', schema }), { scheduler });
    await play.asks();
    now.mockImplementationOnce(() => Date.now()).mockImplementation(boo);
    expect(await play.failure({ who: accept({ a: 'x' }) })).toMatchObject({ message: 'boo' });
  });

  it('the scheduler, after an append that took a while', async () => {
    const append = async (): Promise<void> => {};
    const journal = { load: () => ({ entries: [], asked: [] }), append, drop: () => {} };
    const drained = vi.fn(testScheduler.drained);
    const scheduler = { ...testScheduler, drained };
    const play = new Play(asking, { scheduler, journal });
    drained.mockImplementationOnce(testScheduler.drained).mockImplementation(boo);
    expect(await play.failure()).toMatchObject({ message: 'boo' });
  });

  it('onStill', async () => {
    const play = new Play(asking, { onStill: boo });
    expect(await play.failure()).toMatchObject({ message: 'boo' });
  });
});

describe('F5 after the end of a round nothing happens when this throws', () => {
  it('onLateCall', async () => {
    let late!: FlowContext;
    const handler = (ctx: FlowContext): string => {
      late = ctx;
      return 'done';
    };
    await new Play(handler, { onLateCall: boo }).result();
    void late.step('late', () => 1);
    void late.confirm('later', 'Go?');
    await turn();
  });

  it('onCleanUpFailed', async () => {
    await new Play((ctx) => ctx.onRoundEnd(boo), { onCleanUpFailed: boo }).result();
    await turn();
  });
});

describe('F5 a listener of a signal', () => {
  it.each([
    ['throws', boo],
    ['rejects', async () => boo()],
    ['is an object that throws', { handleEvent: boo }],
  ])('that %s is reported, and the others run', async (_what, listener) => {
    const reported: string[] = [];
    let ran = 0;
    const listenTo = (signal: AbortSignal): void => {
      signal.addEventListener('abort', listener);
      signal.addEventListener('abort', () => ran++, { once: true });
    };
    const play = new Play(
      (ctx) => {
        listenTo(ctx.signal);
        return ctx.step('work', ({ signal }) => {
          listenTo(signal);
          return new Promise(() => {});
        });
      },
      { onCleanUpFailed: (error) => reported.push((error as Error).message) },
    );
    const outcome = play.start();
    await turn();
    play.round.cancel('the client has left');
    expect(await outcome).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
    await turn();
    expect([ran, reported]).toEqual([2, ['boo', 'boo']]);
  });

  it('is added once, and can be removed', async () => {
    const added = vi.fn();
    const removed = vi.fn();
    const play = new Play(async ({ signal }) => {
      signal.addEventListener('abort', added);
      signal.addEventListener('abort', added);
      signal.addEventListener('abort', removed);
      signal.removeEventListener('abort', removed);
      await new Promise(() => {});
    });
    const outcome = play.start();
    await turn();
    play.round.cancel('the client has left');
    await outcome;
    expect(added).toHaveBeenCalledOnce();
    expect(removed).not.toHaveBeenCalled();
  });

  it('of the platform works as with any signal', async () => {
    const seen: string[] = [];
    const play = new Play(async ({ signal }) => {
      AbortSignal.any([signal]).addEventListener('abort', () => seen.push('any'));
      signal.onabort = () => seen.push('onabort');
      await sleep(60_000, undefined, { signal }).catch((error: Error) => seen.push(error.name));
    });
    const outcome = play.start();
    await turn();
    play.round.cancel('the client has left');
    await outcome;
    await turn();
    expect(seen.sort()).toEqual(['AbortError', 'any', 'onabort']);
  });
});
