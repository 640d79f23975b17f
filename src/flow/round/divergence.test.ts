import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { Entry } from '../journal/journal.ts';
import { Play, YES, accept } from '../test-support/play.ts';

const Name = z.object({ name: z.string() });
const Age = z.object({ age: z.number() });

afterEach(() => void vi.useRealTimers());

describe('F7 a changed question', () => {
  it('is asked again when its message reads differently: an old yes is not applied', async () => {
    const play = new Play((ctx) => ctx.confirm('go', 'Delete staging?'));
    await play.asks();
    play.handler = (ctx) => ctx.confirm('go', 'Delete production?');
    const asked = await play.asks({ go: YES });
    expect(asked['go']).toMatchObject({ sendings: 2 });
    expect(JSON.stringify(asked['go']!.request)).toContain('Delete production?');
    expect(await play.result({ go: { action: 'decline' } })).toBe(false);
  });

  it('is asked again when its schema reads differently', async () => {
    const play = new Play<unknown>((ctx) => ctx.elicit('who', { message: 'Who?', schema: Name }));
    await play.asks();
    play.handler = (ctx) => ctx.elicit('who', { message: 'Who?', schema: Age });
    await play.asks({ who: accept({ name: 'ada' }) });
    expect(await play.result({ who: accept({ age: 36 }) })).toMatchObject({ content: { age: 36 } });
  });

  it('drops the answers that came after it', async () => {
    let first = 'First?';
    const play = new Play(async (ctx) => [
      await ctx.confirm('first', first),
      await ctx.confirm('second', 'Second?'),
      await ctx.confirm('third', 'Third?'),
    ]);
    await play.asks();
    await play.asks({ first: YES });
    await play.asks({ second: YES });
    first = 'First, really?';
    expect(Object.keys(await play.asks({ third: YES }))).toEqual(['first']);
    expect(Object.keys(await play.asks({ first: YES }))).toEqual(['second']);
  });

  it('reopens asks whose answers it dropped', async () => {
    let first = 'First?';
    const play = new Play((ctx) =>
      Promise.all([ctx.confirm('first', first), ctx.confirm('second', 'Second?')]),
    );
    await play.asks();
    first = 'First, really?';
    expect(Object.keys(await play.asks({ first: YES, second: YES }))).toEqual(['first', 'second']);
    expect(await play.result({ first: YES, second: YES })).toEqual([true, true]);
  });

  it('is divergence once a step has run after its answer', async () => {
    let message = 'Go?';
    const play = new Play(async (ctx) => {
      await ctx.confirm('go', message);
      await ctx.step('work', () => 'done');
      await ctx.confirm('more', 'More?');
    });
    await play.asks();
    await play.asks({ go: YES });
    message = 'Go now?';
    const error = await play.failure({ more: YES });
    expect(error).toMatchObject({ code: 'diverged', key: 'go', changed: 'message' });
    expect(error.message).toContain("'work'");
  });

  it('does not diverge for a step of this round, and keeps what that step did', async () => {
    let runs = 0;
    const play = new Play<unknown>((ctx) => ctx.confirm('go', 'Go?'));
    await play.asks();
    play.handler = (ctx) =>
      Promise.all([ctx.confirm('go', 'Go now?'), ctx.step('work', () => ++runs)]);
    expect(Object.keys(await play.asks({ go: YES }))).toEqual(['go']);
    expect(play.recorded.entries.map((entry) => entry.key)).toEqual(['work']);
    expect(await play.result({ go: YES })).toEqual([true, 1]);
    expect(runs).toBe(1);
  });

  it('F9 leaves the count of the questions whose answers it dropped', async () => {
    let first = 'First?';
    const play = new Play((ctx) =>
      Promise.all([ctx.confirm('first', first), ctx.confirm('second', 'Second?')]),
    );
    await play.asks();
    expect((await play.asks({ second: 'wrong' }))['second']!.sendings).toBe(2);
    first = 'First, really?';
    const asked = await play.asks({ first: YES, second: YES });
    expect(asked['first']!.sendings).toBe(2);
    expect(asked['second']!.sendings).toBe(2);
    expect(asked['second']!.request!.params).toMatchObject({ message: 'Second?' });
    await play.asks({ first: YES, second: 'wrong' });
    expect(await play.next({ second: 'wrong' })).toMatchObject({
      status: 'threw',
      error: { code: 'invalid_answer' },
    });
  });

  it('that was not answered yet is sent anew and counted', async () => {
    let message = 'Go?';
    const play = new Play((ctx) => ctx.confirm('go', message));
    await play.asks();
    expect((await play.asks())['go']).toMatchObject({ sendings: 1 });
    message = 'Go now?';
    expect((await play.asks())['go']).toMatchObject({ sendings: 2 });
  });

  it('that changes every time is a mistake of its author', async () => {
    let n = 0;
    const play = new Play((ctx) => ctx.confirm('go', `Go? It is ${n++}`));
    await play.asks();
    await play.asks({ go: YES });
    await play.asks({ go: YES });
    expect(await play.failure({ go: YES })).toMatchObject({ code: 'unstable_question' });
  });

  it('F8 of another kind is always divergence', async () => {
    const play = new Play<unknown>((ctx) => ctx.confirm('x', 'X?'));
    await play.asks();
    play.handler = (ctx) => ctx.listRoots('x');
    expect(await play.failure({ x: YES })).toMatchObject({ code: 'diverged', changed: 'kind' });
    play.handler = (ctx) => ctx.listRoots('x');
    expect(await play.failure()).toMatchObject({ code: 'diverged', changed: 'kind' });
    play.handler = (ctx) => ctx.step('x', () => 1);
    expect(await play.failure()).toMatchObject({ code: 'diverged', changed: 'kind' });
    expect(await play.failure({ x: YES })).toMatchObject({ code: 'diverged', changed: 'kind' });
  });
});

describe('F1 what is recorded is delivered in its order', () => {
  const step = (key: string, value: string): Entry => ({
    kind: 'step',
    key,
    outcome: { type: 'value', value },
    at: 1,
  });

  it('so that a race has the same winner again', async () => {
    const play = new Play((ctx) =>
      Promise.race([ctx.step('a', () => 'live a'), ctx.step('b', () => 'live b')]),
    );
    play.recorded = { entries: [step('b', 'b'), step('a', 'a')], asked: [] };
    expect(await play.result()).toBe('b');
  });

  it('and an entry nobody calls for holds back only what waits behind it', async () => {
    const play = new Play(async (ctx) => ctx.step('a', () => 'live a'));
    play.recorded = { entries: [step('a', 'a'), step('gone', 'x')], asked: [] };
    expect(await play.next()).toMatchObject({
      status: 'complete',
      result: 'a',
      unreached: ['gone'],
    });
  });

  it('until the grace is over: then both keys are named', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const play = new Play((ctx) => ctx.step('a', () => 'live a'), { limits: { orderGrace: 20 } });
    play.recorded = { entries: [step('gone', 'x'), step('a', 'a')], asked: [] };
    const failing = play.failure();
    await vi.advanceTimersByTimeAsync(20);
    const error = await failing;
    expect(error).toMatchObject({ code: 'diverged', key: 'gone', changed: 'order' });
    expect(error.message).toContain("'a'");
  });

  it('but waits for a call that comes within the grace', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const play = new Play(async (ctx) => {
      const a = ctx.step('a', () => 'live a');
      await new Promise((resolve) => setTimeout(resolve, 20));
      return [await a, await ctx.step('late', () => 'live late')];
    });
    play.recorded = { entries: [step('late', 'late'), step('a', 'a')], asked: [] };
    const pending = play.next();
    // 'a' waits behind 'late', which is only called once 'a' is there: nobody can go on.
    const other = new Play(async (ctx) => {
      const a = ctx.step('a', () => 'live a');
      await new Promise((resolve) => setTimeout(resolve, 20));
      const late = ctx.step('late', () => 'live late');
      return [await a, await late];
    });
    other.recorded = play.recorded;
    const result = other.result();
    await vi.advanceTimersByTimeAsync(20);
    expect(await result).toEqual(['a', 'late']);
    play.round.cancel('seen enough');
    await pending;
  });

  it('F4 and the grace does not begin while a step runs', async () => {
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    const play = new Play(
      async (ctx) => {
        const behind = ctx.step('a', () => 'live a');
        const work = ctx.step('work', () => released);
        await new Promise((resolve) => setTimeout(resolve, 60));
        const late = await ctx.step('late', () => 'live late');
        release();
        return [late, await behind, await work];
      },
      { limits: { orderGrace: 5 } },
    );
    play.recorded = { entries: [step('late', 'late'), step('a', 'a')], asked: [] };
    expect(await play.result()).toEqual(['late', 'a', undefined]);
  });

  it('F4 and the grace is over when the step is and the call has not come', async () => {
    const play = new Play(
      async (ctx) => {
        const behind = ctx.step('a', () => 'live a');
        const work = ctx.step('work', () => 'done');
        return [await work, await behind];
      },
      { limits: { orderGrace: 5 } },
    );
    play.recorded = { entries: [step('late', 'late'), step('a', 'a')], asked: [] };
    expect(await play.failure()).toMatchObject({ code: 'diverged', key: 'late', changed: 'order' });
  });

  it('F7 carries over answers whose ask was not reached', async () => {
    let open = true;
    const play = new Play(async (ctx) => {
      const both = [ctx.confirm('a', 'A?')];
      if (open) both.push(ctx.confirm('b', 'B?'));
      return Promise.all(both);
    });
    await play.asks();
    open = false;
    // 'b' is answered, but this time the handler does not get to it before it asks for more.
    play.handler = async (ctx) => {
      const a = await ctx.confirm('a', 'A?');
      return [a, await ctx.confirm('c', 'C?'), await ctx.confirm('b', 'B?')];
    };
    await play.asks({ a: YES, b: YES });
    expect(play.recorded.entries.map(({ key, outcome }) => [key, outcome.type])).toEqual([
      ['a', 'value'],
      ['b', 'answer'],
    ]);
    expect(await play.result({ c: YES })).toEqual([true, true, true]);
  });

  it('F7 reports answers that were never reached', async () => {
    const play = new Play<unknown>((ctx) =>
      Promise.all([ctx.confirm('a', 'A?'), ctx.confirm('b', 'B?')]),
    );
    await play.asks();
    play.handler = async (ctx) => [await ctx.confirm('a', 'A?'), await ctx.confirm('c', 'C?')];
    await play.asks({ a: YES, b: YES });
    expect(await play.next({ c: YES })).toMatchObject({ status: 'complete', unreached: ['b'] });
  });
});
