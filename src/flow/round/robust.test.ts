/** What author code may do without harm to the process, the round or the record. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { DivergenceError, StepError } from '../journal/errors.ts';
import { FlowContext } from '../context.ts';
import type { Entry, Outcome } from '../journal/journal.ts';
import { Round } from './round.ts';
import { testHost, testScheduler } from '../test-support/host.ts';
import { Play, YES, accept } from '../test-support/play.ts';

/** Everything that can run without the clock has run. */
const turn = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

afterEach(() => void vi.useRealTimers());

const boo = (): never => {
  throw new Error('boo');
};

/** An error one of whose members throws when it is read. */
const withGetter = (member: string, read: () => unknown): Error =>
  Object.defineProperty(new Error('x'), member, { get: read });

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const UNSHOWABLE = 'something that cannot be shown';

describe('F6 a step may throw anything', () => {
  const odd: [string, () => unknown, string][] = [
    ['an object without a prototype', () => Object.create(null), UNSHOWABLE],
    ['a bigint message', () => Object.assign(new Error('x'), { message: 12n }), '12'],
    ['a symbol', () => Symbol('no'), 'Symbol(no)'],
    ['data that throws when it is read', () => withGetter('data', boo), 'x'],
    ['a code that throws when it is read', () => withGetter('code', boo), 'x'],
    ['a name that throws when it is read', () => withGetter('name', boo), 'x'],
    ['a message that throws when it is read', () => withGetter('message', boo), UNSHOWABLE],
    [
      'a message that throws itself when it is read',
      () => {
        const error: Error = withGetter('message', () => {
          throw error;
        });
        return error;
      },
      UNSHOWABLE,
    ],
    ['a message that is not a text', () => withGetter('message', () => Symbol('no')), 'Symbol(no)'],
    ['an object whose toPrimitive throws', () => ({ [Symbol.toPrimitive]: boo }), UNSHOWABLE],
    ['a revoked proxy', revoked, UNSHOWABLE],
    [
      'a proxy that throws at everything',
      () => new Proxy(new Error('x'), { get: boo }),
      UNSHOWABLE,
    ],
    [
      'a proxy that hides what it is',
      () => new Proxy(new Error('x'), { getPrototypeOf: boo, has: boo }),
      'Error: x',
    ],
  ];
  it.each(odd)('%s', async (_name, thrown, message) => {
    const play = new Play(async (ctx) => {
      const caught = await ctx
        .step('odd', () => {
          throw thrown();
        })
        .catch((error: unknown) => error);
      await ctx.confirm('go', 'Go?');
      return caught;
    });
    await play.asks();
    const caught = await play.result({ go: YES });
    expect(caught).toBeInstanceOf(StepError);
    expect((caught as StepError).message).toBe(message);
  });

  it('and sees the same of it live and later', async () => {
    const seen: unknown[] = [];
    const play = new Play(async (ctx) => {
      const error = Object.assign(new Error('x'), { code: Number.NaN, data: { at: new Date(0) } });
      await ctx
        .step('odd', () => Promise.reject(error))
        .catch((e: StepError) => seen.push(e.cause));
      await ctx.confirm('go', 'Go?');
    });
    await play.asks();
    await play.result({ go: YES });
    expect(seen[0]).toEqual({ name: 'Error', message: 'x', data: { at: new Date(0) } });
    expect(seen[1]).toEqual(seen[0]);
  });
});

describe('what a step returns', () => {
  it.each([
    ['a revoked proxy', revoked],
    [
      'a getter that throws',
      () => ({
        get rows() {
          return boo();
        },
      }),
    ],
    [
      'a getter that throws a revoked proxy',
      () => ({
        get rows() {
          throw revoked();
        },
      }),
    ],
    [
      'a then that throws',
      () => ({
        get then() {
          return boo();
        },
      }),
    ],
  ])('F6 %s makes it a failed step', async (_name, make) => {
    const play = new Play((ctx) => ctx.step('odd', make as () => unknown).catch((e: unknown) => e));
    expect(await play.result()).toBeInstanceOf(StepError);
  });
});

it('F8 a step that cannot be run at all ends the round, and its function is not called', async () => {
  let ran = false;
  const play = new Play((ctx) => ctx.step('odd', () => (ran = true), null as never));
  expect(await play.failure()).toMatchObject({ code: 'invalid_options' });
  expect(ran).toBe(false);
});

it('F8 an async scope that fails ends the round', async () => {
  const scope = { run: boo, current: () => undefined };
  const play = new Play((ctx) => ctx.step('odd', () => 1), { scope });
  expect(await play.failure()).toMatchObject({ message: 'boo' });
});

describe('a recorded outcome that cannot be read', () => {
  const outcomes: [string, unknown][] = [
    ['a value with a bad tag', { type: 'value', value: { '~n': 'abc' } }],
    ['a value with an unknown tag', { type: 'value', value: { deep: [{ '~x': 1 }] } }],
    ['an error that is null', { type: 'error', error: null }],
    ['an error without a message', { type: 'error', error: { name: 'Error' } }],
    ['an error without a name', { type: 'error', error: { message: 'x' } }],
    [
      'an error with bad data',
      { type: 'error', error: { name: 'E', message: 'x', data: { '~d': '' } } },
    ],
    ['an outcome of an unknown type', { type: 'skipped' }],
    ['an answer', { type: 'answer', answer: {} }],
  ];
  it.each(outcomes)('F8 a step recorded as %s ends the round', async (_name, outcome) => {
    const seen: unknown[] = [];
    const play = new Play(async (ctx) => {
      const step = ctx.step('work', () => 1);
      await step.then(
        (value) => seen.push(value),
        (error) => seen.push(error),
      );
    });
    play.recorded = {
      entries: [{ kind: 'step', key: 'work', outcome: outcome as Outcome, at: 1 }],
      asked: [],
    };
    const error = await play.failure();
    expect(error).toBeInstanceOf(DivergenceError);
    expect(error).toMatchObject({ code: 'diverged', key: 'work', changed: 'outcome' });
    expect(error.message).not.toContain('must do the same');
    expect(seen).toEqual([]);
  });

  it('F8 an answer recorded with a bad tag ends the round', async () => {
    const play = new Play(async (ctx) => {
      const name = await ctx.elicit('name', {
        message: 'Name?',
        schema: z.object({ n: z.string() }),
      });
      await ctx.confirm('go', 'Go?');
      return name;
    });
    await play.asks();
    await play.asks({ name: accept({ n: 'Ada' }) });
    const [entry] = play.recorded.entries;
    const outcome: Outcome = { type: 'value', value: { '~b': ['Uint8Array'] } };
    play.recorded = { ...play.recorded, entries: [{ ...entry!, outcome }] };
    expect(await play.failure({ go: YES })).toMatchObject({ code: 'diverged', key: 'name' });
  });
});

describe('F5 what listeners for the end throw', () => {
  it.each([
    ['at once', () => () => expect.fail('boo')],
    ['later', () => () => Promise.reject(new Error('boo'))],
  ])('%s is reported, and the others run', async (_when, make) => {
    const reported: string[] = [];
    let ran = false;
    const play = new Play(
      async (ctx) => {
        ctx.onRoundEnd(make());
        ctx.onRoundEnd(() => (ran = true));
        return ctx.confirm('go', 'Go?');
      },
      { onCleanUpFailed: (error) => reported.push((error as Error).message) },
    );
    await play.asks();
    await turn();
    expect(ran).toBe(true);
    expect(reported).toEqual(['boo']);
  });
});

describe('F5 F10 a signal first looked at after the end', () => {
  it('has aborted if the round was', async () => {
    let later!: () => AbortSignal;
    const play = new Play(async (ctx) => {
      later = () => ctx.signal;
      await new Promise(() => {});
    });
    const outcome = play.start();
    play.round.cancel('the caller is gone');
    await outcome;
    expect(later().aborted).toBe(true);
    expect(later().reason).toMatchObject({ code: 'cancelled' });
  });

  it('keeps a failing step from being tried again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let attempts = 0;
    let fail!: () => void;
    const failing = new Promise<void>((_, reject) => (fail = () => reject(new Error('x'))));
    const play = new Play((ctx) =>
      ctx.step(
        'effect',
        () => {
          attempts++;
          return failing;
        },
        { retries: 5 },
      ),
    );
    const outcome = play.start();
    await turn();
    play.round.cancel('the caller is gone');
    await outcome;
    fail();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts).toBe(1);
  });
});

it('F2 a key is checked before it gets a prefix', async () => {
  for (const key of ['', undefined, null, 'a~b']) {
    const play = new Play((ctx) => ctx.scope('x').confirm(key as string, 'Go?'));
    expect(await play.failure()).toMatchObject({ code: 'invalid_key' });
  }
});

it('F17 a checkpoint ends the round also when the clock has gone back', async () => {
  let now = 1_000;
  const play = new Play(
    async (ctx) => {
      now -= 10;
      await ctx.checkpoint('start');
      return 'done';
    },
    { scheduler: { ...testScheduler, now: () => now } },
  );
  expect(Object.keys(await play.asks())).toEqual(['start']);
});

it('F9 a question that changes after every answer is unstable', async () => {
  let price = 0;
  const play = new Play(async (ctx) => {
    await ctx.confirm('pay', `Pay ${price++}?`);
    await ctx.confirm('sure', 'Sure?');
  });
  let error: unknown;
  for (let round = 0; round < 8 && error === undefined; round++) {
    const outcome = await play.next({ pay: YES });
    if (outcome.status === 'failed') error = outcome.error;
  }
  expect(error).toMatchObject({ code: 'unstable_question' });
});

it('F5 nothing is appended after the end', async () => {
  const appended: string[] = [];
  const journal = {
    load: () => ({ entries: [], asked: [] }),
    append: (entries: readonly Entry[]) => void appended.push(...entries.map(({ key }) => key)),
    drop: () => {},
  };
  const round = new Round(testHost(journal));
  await round.run(async () => {
    void new FlowContext(round).step('aside', () => 1);
    for (let i = 0; i < 4; i++) await null;
    return 'done';
  });
  await turn();
  expect(appended).toEqual([]);
});
