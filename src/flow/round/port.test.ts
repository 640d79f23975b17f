/** What a host of the engine can rely on: the rules of its port. */
import { describe, expect, it } from 'vitest';
import type { UnknownRecord } from '../../base/json/json.ts';
import { FlowContext } from '../context.ts';
import type { OpenAsk } from '../asks/ask.ts';
import type { Entry, Recorded } from '../journal/journal.ts';
import { memoryJournal } from '../journal/journal.ts';
import { type TestHostOptions, testHost } from '../test-support/host.ts';
import { type Handler, Play, YES } from '../test-support/play.ts';
import { WrittenJournal } from '../test-support/written-journal.ts';
import { DEFAULT_LIMITS, type FlowLimits } from './host.ts';
import { Round } from './round.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

/** Something to wait for, and the way to end the waiting. */
function gate<T = void>() {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { opened, open };
}

/** A round of `handler` in a durable host, which is kept alive while it waits for answers. */
function begin(handler: Handler, journal = new WrittenJournal(), options: TestHostOptions = {}) {
  const announced: OpenAsk[] = [];
  const host = testHost(journal, {
    onAsked: (asks) => void announced.push(...asks),
    onStill: () => undefined,
    ...options,
  });
  const round = new Round(host);
  const outcome = round.run(() => handler(new FlowContext(round)));
  return { round, outcome, announced, journal };
}

const shown = (asks: readonly OpenAsk[]) =>
  asks.map(({ key, sendings, resent = 0 }) => `${key}~${sendings + resent}`);

const messages = (asks: readonly OpenAsk[]): unknown[] =>
  asks.map(({ request }) => (request!.params as UnknownRecord)['message']);

describe('F13 P3 the limits of a round', () => {
  const refused = (message: string): unknown =>
    expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(message) });
  const wrong: [keyof FlowLimits, unknown][] = [
    ['roundTimeout', Number.NaN],
    ['roundTimeout', -1],
    ['roundTimeout', 0],
    ['roundTimeout', '60000'],
    ['roundTimeout', 2 ** 31],
    ['orderGrace', Number.NaN],
    ['orderGrace', Infinity],
    ['orderGrace', null],
    ['sendings', Number.NaN],
    ['sendings', 0],
    ['sendings', 1.5],
    ['sendings', '3'],
    ['entries', Infinity],
    ['entries', undefined],
    ['entries', -256],
    ['entries', 256n],
  ];

  it.each(wrong)('are refused with %s: %s, and the limit is named', async (name, value) => {
    const limits = { ...DEFAULT_LIMITS, [name]: value } as FlowLimits;
    const host = { ...testHost(), limits };
    expect(() => new Round(host)).toThrow(refused(`'limits.${name}'`));
    const { round, outcome } = begin((ctx) => ctx.confirm('sure', 'Sure?'));
    await expect(round.moveTo({ limits })).rejects.toEqual(refused(`'limits.${name}'`));
    await turns(5);
    round.deliver({ sure: YES });
    expect(await outcome).toMatchObject({ status: 'complete' });
  });

  it('are refused where there are none, and where one is misspelled', () => {
    const without = { ...testHost(), limits: undefined as unknown as FlowLimits };
    expect(() => new Round(without)).toThrow(refused("'limits."));
    const misspelled = { ...DEFAULT_LIMITS, roundTimeOut: 5 };
    const host = { ...testHost(), limits: misspelled };
    expect(() => new Round(host)).toThrow(refused("Did you mean 'roundTimeout'"));
  });

  it('may leave out the time of a round', () => {
    const limits = { ...DEFAULT_LIMITS, roundTimeout: Infinity };
    expect(() => new Round({ ...testHost(), limits })).not.toThrow();
  });
});

describe('P1 forgetting is written', () => {
  const WRONG = { action: 'accept', content: { sure: 'maybe' } };

  it('in the order of the appends, before the question is announced again', async () => {
    const handler: Handler = async (ctx) => {
      await ctx.step('plan', () => 1);
      await ctx.confirm('sure', 'Sure?');
      return ctx.step('work', () => 2);
    };
    const { round, outcome, announced, journal } = begin(handler);
    const written = gate();
    journal.beforeWrite = (write) => (write === 'drop sure' ? written.opened : undefined);
    await turns(5);
    round.deliver({ sure: WRONG });
    await turns(5);
    expect(shown(announced)).toEqual(['sure~1']);
    written.open();
    await turns(5);
    expect(shown(announced)).toEqual(['sure~1', 'sure~2']);
    round.deliver({ sure: YES });
    expect(await outcome).toMatchObject({ status: 'complete' });
    expect(journal.log).toEqual(['append plan', 'drop sure', 'append sure', 'append work']);
  });

  it('with all that may rest on a changed question, and no sending is taken for another', async () => {
    let wording = 'First?';
    const handler: Handler = async (ctx) => [
      await ctx.confirm('first', wording),
      await ctx.confirm('second', 'Second?'),
      await ctx.confirm('third', 'Third?'),
    ];
    const { round, journal } = begin(handler);
    for (const key of ['first', 'second']) {
      await turns(5);
      round.deliver({ [key]: YES });
    }
    await turns(5);
    round.cancel('the worker dies');
    wording = 'First, really?';
    const second = begin(handler, journal);
    await turns(8);
    expect(journal.log.at(-1)).toBe('drop first second');
    expect(shown(second.announced)).toEqual(['first~2']);
    second.round.cancel('the worker dies again');

    // It died before it could say that `first` is asked again.
    const third = begin(handler, journal);
    await turns(5);
    expect(shown(third.announced)).toEqual(['first~2']);
    for (const key of ['first~2', 'second~2', 'third']) {
      expect(third.round.deliver({ [key]: YES })).toEqual([key]);
      await turns(5);
    }
    expect(await third.outcome).toMatchObject({ result: [true, true, true] });
    expect(shown(third.announced)).toEqual(['first~2', 'second~2', 'third~1']);
  });

  it('and counts on after a takeover: a question that always changes comes to its end', async () => {
    let n = 0;
    const journal = new WrittenJournal();
    const errors: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      const { round, outcome } = begin((ctx) => ctx.confirm('go', `Go ${n++}?`), journal);
      await turns(5);
      round.deliver({ go: YES });
      await turns(5);
      round.cancel('the worker dies');
      const ended = await outcome;
      if (ended.status === 'failed') errors.push(ended.error);
    }
    expect(errors).toContainEqual(expect.objectContaining({ code: 'unstable_question' }));
  });
});

it('P1 a question that is not answered yet is forgotten too, if one before it has changed', async () => {
  let wording = 'First?';
  const handler: Handler = async (ctx) => [
    await ctx.confirm('first', wording),
    await ctx.confirm('second', 'Second?'),
  ];
  const { round, journal, announced } = begin(handler);
  await turns(5);
  round.deliver({ first: YES });
  await turns(5);
  round.cancel('the worker dies');
  journal.asked = announced.slice(1);
  wording = 'First, really?';
  const again = begin(handler, journal);
  await turns(8);
  expect(journal.log.at(-1)).toBe('drop first second');
  expect(again.round.deliver({ 'second~1': YES })).toEqual([]);
  again.round.deliver({ 'first~2': YES });
  await turns(5);
  expect(shown(again.announced)).toEqual(['first~2', 'second~2']);
  again.round.deliver({ 'second~2': YES });
  expect(await again.outcome).toMatchObject({ result: [true, true] });
});

it('P1 a checkpoint that was sent once keeps its number where it is only recorded', async () => {
  const journal = new WrittenJournal();
  const sent = { kind: 'checkpoint', key: 'c', question: '', sendings: 0, resent: 1 } as const;
  journal.dropped.set('c', sent);
  const { outcome } = begin((ctx) => ctx.checkpoint('c'), journal, { recordsCheckpoints: true });
  expect((await outcome).status).toBe('complete');
  const { entries } = await journal.load();
  expect(entries).toMatchObject([{ key: 'c', sendings: 0, resent: 1 }]);
});

describe('P2 questions are announced when they are asked', () => {
  it('one turn later, also while a step runs, together and once', async () => {
    const work = gate();
    const handler: Handler = async (ctx) => {
      const slow = ctx.step('slow', () => work.opened);
      return Promise.all([ctx.confirm('a', 'A?'), ctx.confirm('b', 'B?'), slow]);
    };
    const calls: string[][] = [];
    const stills: number[] = [];
    const { round, outcome } = begin(handler, new WrittenJournal(), {
      onAsked: (asks) => void calls.push(shown(asks)),
      onStill: (asks) => void stills.push(asks.length),
    });
    await turns(5);
    expect(calls).toEqual([['a~1', 'b~1']]);
    expect(stills).toEqual([]);
    round.deliver({ a: YES });
    await turns(5);
    work.open();
    await turns(5);
    expect(calls).toEqual([['a~1', 'b~1']]);
    expect(stills).toEqual([1]);
    round.deliver({ b: YES });
    await outcome;
  });

  it('but not again by a replay that asks them as they were', async () => {
    const { journal, round, announced } = begin((ctx) => ctx.confirm('go', 'Go?'));
    await turns(5);
    expect(announced).toHaveLength(1);
    round.cancel('the worker dies');
    journal.asked = [announced[0]!];
    const again = begin((ctx) => ctx.confirm('go', 'Go?'), journal);
    await turns(5);
    expect(again.announced).toEqual([]);
    const changed = begin((ctx) => ctx.confirm('go', 'Go now?'), journal);
    await turns(5);
    expect(shown(changed.announced)).toEqual(['go~2']);
    again.round.cancel('over');
    changed.round.cancel('over');
  });

  it.each([
    ['throws', () => expect.fail('no database')],
    ['rejects', () => Promise.reject(new Error('no database'))],
  ])('and the round fails if that %s', async (_how, onAsked) => {
    const { outcome } = begin((ctx) => ctx.confirm('go', 'Go?'), undefined, { onAsked });
    expect(await outcome).toMatchObject({ status: 'failed', error: { message: 'no database' } });
  });
});

describe('P3 a running round is moved', () => {
  it('with all that it knows, and is written by the new journal alone', async () => {
    const work = gate<string>();
    const recorded: Recorded = {
      entries: [{ kind: 'step', key: 'old', outcome: { type: 'value', value: 'old' }, at: 1 }],
      asked: [{ kind: 'form', key: 'later', question: 'q', sendings: 1 }],
      dropped: [{ kind: 'form', key: 'gone', question: 'q', sendings: 2 }],
    };
    const handler: Handler = async (ctx) => {
      const sure = ctx.confirm('sure', 'Sure?');
      const seen = [await ctx.step('old', () => 'new'), await ctx.step('plan', () => 'plan')];
      return [...seen, await ctx.step('work', () => work.opened), await sure];
    };
    const host = testHost(memoryJournal(recorded), { onStill: () => expect.fail('the old host') });
    const round = new Round(host, { answers: { later: YES } });
    const outcome = round.run(() => handler(new FlowContext(round)));
    await turns(3);
    const journal = new WrittenJournal();
    const stills: string[][] = [];
    const saved: unknown[] = [];
    const moved = await round.moveTo(
      { journal, onStill: (asks) => void stills.push(shown(asks)) },
      (snapshot) => void saved.push(snapshot),
    );
    expect(saved).toMatchObject([{ isOver: false }]);
    expect(moved.entries.map(({ key }) => key)).toEqual(['old', 'plan']);
    expect(moved.answers.map(({ key }) => key)).toEqual(['later']);
    expect(shown(moved.asks)).toEqual(['sure~1']);
    expect(moved.dropped).toMatchObject([{ key: 'gone', sendings: 2 }]);
    work.open('work');
    await turns(5);
    expect(stills).toEqual([['sure~1']]);
    round.deliver({ sure: YES });
    expect(await outcome).toMatchObject({ result: ['old', 'plan', 'work', true] });
    expect(journal.log).toEqual(['append work', 'append sure']);
  });

  it('while nothing is delivered, and nothing is written before its snapshot is', async () => {
    const [work, save] = [gate<string>(), gate()];
    const round = new Round(testHost());
    const seen: string[] = [];
    const outcome = round.run(async () => {
      seen.push(await new FlowContext(round).step('work', () => work.opened));
      return 'done';
    });
    const journal = new WrittenJournal();
    const moving = round.moveTo({ journal }, () => save.opened);
    await turns(2);
    work.open('work');
    await turns(5);
    expect([seen, journal.log]).toEqual([[], []]);
    save.open();
    expect(await moving).toMatchObject({ isOver: false, entries: [] });
    expect(await outcome).toMatchObject({ result: 'done' });
    expect(journal.log).toEqual(['append work']);
  });

  it('to other limits, which count from then on', async () => {
    const timers: { ms: number; fire: () => void; cancelled: boolean }[] = [];
    const after = (ms: number, fire: () => void) => {
      const timer = { ms, fire, cancelled: false };
      timers.push(timer);
      return () => void (timer.cancelled = true);
    };
    const { round, outcome } = begin((ctx) => ctx.confirm('go', 'Go?'), new WrittenJournal(), {
      scheduler: { ...testHost().scheduler, after },
    });
    await turns(3);
    await round.moveTo({ limits: { ...DEFAULT_LIMITS, roundTimeout: 5 } });
    expect(timers.map(({ ms, cancelled }) => [ms, cancelled])).toEqual([
      [60_000, true],
      [5, false],
    ]);
    await round.moveTo({ limits: { ...DEFAULT_LIMITS, roundTimeout: Infinity } });
    expect(timers.map(({ cancelled }) => cancelled)).toEqual([true, true]);
    round.cancel('over');
    await outcome;
  });

  it('or stays where it was, if that fails', async () => {
    const { round, outcome, journal } = begin(async (ctx) => {
      await ctx.confirm('go', 'Go?');
      return ctx.step('work', () => 'done');
    });
    await turns(3);
    const other = new WrittenJournal();
    const failing = round.moveTo({ journal: other }, () => Promise.reject(new Error('no row')));
    await expect(failing).rejects.toThrow('no row');
    round.deliver({ go: YES });
    expect(await outcome).toMatchObject({ result: 'done' });
    expect(journal.log).toEqual(['append go', 'append work']);
    expect(other.log).toEqual([]);
  });

  it('not at all once it is over, nor twice at once', async () => {
    const { round, outcome } = begin((ctx) => ctx.confirm('go', 'Go?'));
    await turns(3);
    const save = gate();
    const moving = round.moveTo({}, () => save.opened);
    await turns(1);
    await expect(round.moveTo({})).rejects.toMatchObject({ code: 'invalid_options' });
    round.cancel('the caller is gone');
    save.open();
    expect(await moving).toMatchObject({ isOver: true });
    await outcome;
    const saved: unknown[] = [];
    expect(await round.moveTo({}, (moved) => void saved.push(moved))).toMatchObject({
      isOver: true,
    });
    expect(saved).toEqual([]);
  });

  it('after the write that is running, or the end that comes before it', async () => {
    const { round, outcome, journal } = begin((ctx) => ctx.step('work', () => 1));
    const writing = gate();
    const stuck = gate();
    journal.beforeWrite = () => {
      writing.open();
      return stuck.opened;
    };
    await writing.opened;
    const moving = round.moveTo({});
    round.cancel('the caller is gone');
    expect(await moving).toMatchObject({ isOver: true });
    stuck.open();
    await outcome;
  });
});

describe('P4 answers', () => {
  it('that come before the journal is loaded are kept', async () => {
    const journal = new WrittenJournal();
    const first = begin((ctx) => ctx.confirm('go', 'Go?'), journal);
    await turns(3);
    journal.asked = first.announced;
    first.round.cancel('the worker dies');
    const loading = gate();
    const load = journal.load.bind(journal);
    journal.load = async () => {
      await loading.opened;
      return load();
    };
    const { round, outcome } = begin((ctx) => ctx.confirm('go', 'Go?'), journal);
    expect(round.deliver({ go: YES, other: 1 })).toEqual(['go', 'other']);
    loading.open();
    expect(await outcome).toMatchObject({ result: true });
    expect(round.deliver({ go: YES })).toEqual([]);
  });

  it('that come before the journal is loaded count once: the first of each key', async () => {
    const journal = new WrittenJournal();
    const first = begin((ctx) => ctx.confirm('go', 'Go?'), journal);
    await turns(3);
    journal.asked = first.announced;
    first.round.cancel('the worker dies');
    const { round, outcome } = begin((ctx) => ctx.confirm('go', 'Go?'), journal);
    expect(round.deliver({ go: YES })).toEqual(['go']);
    expect(round.deliver({ go: { action: 'decline' } })).toEqual([]);
    expect(await outcome).toMatchObject({ result: true });
  });

  it('are taken for the sending that they name, once', async () => {
    const { round, outcome } = begin((ctx) => ctx.confirm('go', 'Go?'));
    await turns(3);
    expect(round.deliver({ nobody: 1, 'go~2': YES, 'go~': YES, 'go~1': 'wrong' })).toEqual([
      'go~1',
    ]);
    await turns(3);
    expect(round.deliver({ 'go~1': YES })).toEqual([]);
    expect(round.deliver({ 'go~2': YES, go: YES })).toEqual(['go~2']);
    expect(await outcome).toMatchObject({ result: true });
  });

  it('that are wrong are reported, each time', async () => {
    const wrong: unknown[] = [];
    const play = new Play((ctx) => ctx.confirm('go', 'Go?').catch(() => 'given up'), {
      onWrongAnswer: (answer) => void wrong.push(answer),
    });
    await play.asks();
    await play.asks({ go: 'x' });
    await play.asks({ go: 'x' });
    expect(await play.result({ go: 'x' })).toBe('given up');
    const problems = expect.any(Array) as unknown;
    expect(wrong).toEqual([1, 2, 3].map((sendings) => ({ key: 'go', sendings, problems })));
  });
});

describe('P5 a write that is refused', () => {
  it.each([
    ['throws', () => expect.fail('another worker has it')],
    ['rejects', () => Promise.reject(new Error('another worker has it'))],
  ])('aborts the round, and no step starts: a journal that %s', async (_how, refuse) => {
    const ran: string[] = [];
    const stepEnds = gate();
    const { round, outcome, journal } = begin(async (ctx) => {
      ctx.signal.addEventListener('abort', () => ran.push('aborted'));
      void ctx.step('long', async ({ signal }) => {
        signal.addEventListener('abort', () => ran.push('step aborted'));
        await stepEnds.opened;
      });
      await ctx.step('work', () => 1).catch(() => ran.push('caught'));
      await ctx.step('more', () => ran.push('more'));
    });
    journal.append = refuse;
    expect(await outcome).toMatchObject({ error: { message: 'another worker has it' } });
    let isSettled = false;
    void round.settled.then(() => (isSettled = true));
    await turns(3);
    expect(ran).toEqual(['aborted', 'step aborted']);
    expect(isSettled).toBe(false);
    stepEnds.open();
    await round.settled;
  });

  it.each<[string, TestHostOptions]>([
    ['onAsked, which throws', { onAsked: () => expect.fail('lost') }],
    ['onAsked, which rejects', { onAsked: () => Promise.reject(new Error('lost')) }],
    ['onStill, which throws', { onStill: () => expect.fail('lost') }],
    [
      'onStill, which rejects',
      { onStill: () => Promise.reject(new Error('lost')) as unknown as void },
    ],
  ])('does so in a callback too: %s', async (_which, callbacks) => {
    let isAborted = false;
    const handler: Handler = (ctx) => {
      ctx.signal.addEventListener('abort', () => (isAborted = true));
      return ctx.confirm('go', 'Go?');
    };
    const { outcome } = begin(handler, undefined, callbacks);
    expect(await outcome).toMatchObject({ status: 'failed', error: { message: 'lost' } });
    expect(isAborted).toBe(true);
  });

  it('does so also where to look at what it returns throws', async () => {
    let isAborted = false;
    const { outcome, journal } = begin((ctx) => {
      ctx.signal.addEventListener('abort', () => (isAborted = true));
      return ctx.step('work', () => 1);
    });
    const hostile = Object.defineProperty({}, 'then', { get: () => expect.fail('no then') });
    journal.append = () => hostile as Promise<void>;
    expect(await outcome).toMatchObject({ status: 'failed', error: { message: 'no then' } });
    expect(isAborted).toBe(true);
  });

  it('leaves nothing to wait for where no handler has begun', async () => {
    const cancelled = new Round(testHost());
    cancelled.cancel('nobody wants it');
    await cancelled.run(() => expect.fail('it runs'));
    await cancelled.settled;

    const journal = new WrittenJournal();
    journal.load = () => new Promise(() => undefined);
    const { round, outcome } = begin(() => expect.fail('it runs'), journal);
    round.cancel('nobody wants it');
    await outcome;
    await round.settled;
  });

  it('of forgetting does so too', async () => {
    const { round, outcome, journal } = begin((ctx) => ctx.confirm('go', 'Go?'));
    journal.drop = () => Promise.reject(new Error('another worker has it'));
    await turns(3);
    round.deliver({ go: 'wrong' });
    expect(await outcome).toMatchObject({ error: { message: 'another worker has it' } });
  });

  it('leaves a handler that is waited for until it has ended', async () => {
    const own = gate();
    const { round, outcome } = begin(async (ctx) => {
      await ctx.step('work', () => 1);
      await own.opened;
    });
    await turns(5);
    round.cancel('the caller is gone');
    await outcome;
    let isSettled = false;
    void round.settled.then(() => (isSettled = true));
    await turns(3);
    expect(isSettled).toBe(false);
    own.open();
    await round.settled;
  });

  it.each<[string, Handler]>([
    ['an ask', (ctx) => ctx.confirm('go', 'Go?')],
    ['a call after the end', (ctx) => own.opened.then(() => ctx.confirm('late', 'Late?'))],
    ['an ask that it awaits after the end', (ctx) => waitsLate(ctx)],
  ])('does not wait for a handler that waits for %s', async (_what, handler) => {
    own = gate();
    const { round, outcome } = begin(handler);
    await turns(3);
    round.cancel('the caller is gone');
    await outcome;
    own.open();
    await round.settled;
  });

  let own = gate();
  async function waitsLate(ctx: FlowContext): Promise<unknown> {
    const asked = ctx.confirm('go', 'Go?');
    await own.opened;
    return asked;
  }
});

it('P6 a journal may return thenables of its own', async () => {
  /** A thenable that is no promise. */
  const later = <T>(value: T): PromiseLike<T> => ({
    // oxlint-disable-next-line promise/no-callback-in-promise
    then: (done) => Promise.resolve(value).then((settled) => done!(settled)),
  });
  const written: string[] = [];
  const journal = {
    load: () => later({ entries: [], asked: [] }),
    append: (entries: readonly Entry[]) => {
      written.push(...entries.map(({ key }) => key));
      return later(undefined);
    },
    drop: () => later(undefined),
  };
  const round = new Round(
    testHost(journal, { onAsked: () => later(undefined), beforeStep: () => later(undefined) }),
  );
  const outcome = round.run(() => new FlowContext(round).step('work', () => 1));
  expect(await outcome).toMatchObject({ result: 1 });
  expect(written).toEqual(['work']);
});

describe('P7 what was wrong with an answer', () => {
  const both: Handler = (ctx) => Promise.all([ctx.confirm('a', 'A?'), ctx.confirm('b', 'B?')]);

  it('is shown again in a round that brought another answer only', async () => {
    const play = new Play(both);
    await play.asks();
    const { a } = await play.asks({ a: 'wrong' });
    const again = await play.asks({ b: YES });
    expect(Object.keys(again)).toEqual(['a']);
    expect(messages([a!])[0]).toMatch(/^Please check.*A\?$/s);
    expect(messages([again['a']!])).toEqual(messages([a!]));
    expect(again['a']!.sendings).toBe(2);
    expect(await play.result({ a: YES })).toEqual([true, true]);
  });

  it('is shown by another worker, before and after it was announced', async () => {
    const { round, journal, announced } = begin(both);
    await turns(3);
    round.deliver({ a: 'wrong' });
    await turns(5);
    round.cancel('the worker dies');
    const complaint = messages(announced).at(-1);
    const again = begin(both, journal);
    await turns(5);
    again.round.cancel('over');
    expect(messages(again.announced)).toEqual([complaint, 'B?']);
  });

  it('is not shown with a question that reads differently now', async () => {
    let message = 'Go?';
    const play = new Play((ctx) => ctx.confirm('go', message));
    await play.asks();
    await play.asks({ go: 'wrong' });
    message = 'Go now?';
    expect(messages(Object.values(await play.asks()))).toEqual(['Go now?']);
  });
});

describe('P8 a journal that cannot be read', () => {
  it.each([
    ['of a newer format', '[2,"?"]', 'newer_format'],
    ['with a kind that is not known', '[1,["?","a",0,0,1]]', 'unreadable_journal'],
    ['that is damaged', '[1,null]', 'unreadable_journal'],
  ])('fails the round, and runs nothing: one %s', async (_what, row, code) => {
    let ran = false;
    const journal = new WrittenJournal();
    journal.rows.set('a', row);
    const { outcome } = begin(() => (ran = true), journal);
    expect(await outcome).toMatchObject({ status: 'failed', error: { code } });
    expect(ran).toBe(false);
  });

  it.each([null, {}, { entries: [null], asked: [] }, { entries: [{}], asked: [{}] }])(
    'fails the round also where its host does not check: %j',
    async (recorded) => {
      const round = new Round(testHost(memoryJournal(recorded as unknown as Recorded)));
      const outcome = round.run(() => new FlowContext(round).step('a', () => 1));
      expect((await outcome).status).toBe('failed');
    },
  );
});

describe('P9 a host that is asked before a step', () => {
  it('can wait, and the step with it', async () => {
    const permit = gate();
    const log: string[] = [];
    const { outcome } = begin((ctx) => ctx.step('a', () => log.push('run')), undefined, {
      beforeStep: (key) => {
        log.push(`before ${key}`);
        return permit.opened;
      },
    });
    await turns(3);
    expect(log).toEqual(['before a']);
    permit.open();
    await outcome;
    expect(log).toEqual(['before a', 'run']);
  });

  it.each([
    ['at once', () => 'end the round' as const],
    ['later', async () => 'end the round' as const],
  ])('can end the round %s, with what is recorded and asked by then', async (_when, beforeStep) => {
    const ran: string[] = [];
    const play = new Play(
      async (ctx) => {
        const sure = ctx.confirm('first', 'First?');
        const [, asked] = await Promise.all([
          ctx.step('work', () => ran.push('work')),
          ctx.confirm('sure', 'Sure?'),
          sure,
        ]);
        return asked;
      },
      { beforeStep: (key) => (ran.length === 0 && key === 'work' ? beforeStep() : undefined) },
    );
    expect(Object.keys(await play.asks())).toEqual(['first', 'sure']);
    expect(ran).toEqual([]);
  });

  it('can end a round that asks nothing, and the step runs in the next', async () => {
    let rounds = 0;
    const play = new Play((ctx) => ctx.step('work', () => 'done'), {
      beforeStep: () => (rounds++ === 0 ? 'end the round' : undefined),
    });
    expect(await play.asks()).toEqual({});
    expect(await play.result()).toBe('done');
  });

  it.each([
    ['throws', () => expect.fail('no lease')],
    ['rejects', () => Promise.reject(new Error('no lease'))],
  ])('can fail the round: it %s', async (_how, beforeStep) => {
    const ran: string[] = [];
    const { outcome, round } = begin(
      async (ctx) => {
        ctx.signal.addEventListener('abort', () => ran.push('aborted'));
        await ctx.step('work', () => ran.push('work'));
      },
      undefined,
      { beforeStep },
    );
    expect(await outcome).toMatchObject({ status: 'failed', error: { message: 'no lease' } });
    await round.settled;
    expect(ran).toEqual(['aborted']);
  });

  it('does not let a step run whose round ended meanwhile', async () => {
    const permit = gate();
    const ran: string[] = [];
    const { round, outcome } = begin((ctx) => ctx.step('a', () => ran.push('run')), undefined, {
      beforeStep: () => permit.opened,
    });
    await turns(3);
    round.cancel('the caller is gone');
    await outcome;
    permit.open();
    await round.settled;
    expect(ran).toEqual([]);
  });
});

describe('P10 outcomes that are certain to follow each other', () => {
  const keys = Array.from({ length: 100 }, (_, i) => `s${i}`);

  it('are appended together, and seen one by one in that order', async () => {
    const journal = new WrittenJournal();
    const [first, others] = [gate(), gate()];
    journal.beforeWrite = (write) => (write === 'append s0' ? first.opened : undefined);
    const seen: string[] = [];
    const { outcome } = begin(async (ctx) => {
      await Promise.all(
        keys.map(async (key) => {
          await ctx.step(key, () => (key === 's0' ? undefined : others.opened));
          seen.push(key);
        }),
      );
    }, journal);
    await turns(5);
    others.open();
    await turns(5);
    first.open();
    await outcome;
    expect(journal.log).toEqual(['append s0', `append ${keys.slice(1).join(' ')}`]);
    expect(seen).toEqual(keys);
  });

  it('are not, where an answer may come between them', async () => {
    const stepsEnd = gate();
    const handler: Handler = async (ctx) => {
      const steps = [ctx.step('a', () => stepsEnd.opened), ctx.step('b', () => stepsEnd.opened)];
      await steps[0];
      return [await ctx.confirm('go', 'Go?'), await steps[1]];
    };
    const journal = new WrittenJournal();
    journal.asked = [(await new Play((ctx) => ctx.confirm('go', 'Go?')).asks())['go']!];
    const { round, outcome } = begin(handler, journal);
    await turns(3);
    round.deliver({ go: YES });
    stepsEnd.open();
    expect(await outcome).toMatchObject({ status: 'complete' });
    expect(journal.log).toEqual(['append a', 'append go b']);
  });
});

it('P11 the host cannot be reached through the context, nor the author through the round', () => {
  const round = new Round(testHost());
  const context = new FlowContext(round);
  const members = (value: object): string[] =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(value) as object);
  for (const member of ['deliver', 'suspend', 'moveTo', 'cancel', 'run', 'settled']) {
    expect(members(context)).not.toContain(member);
  }
  for (const member of ['ask', 'step', 'elicit', 'confirm', 'checkpoint', 'onRoundEnd']) {
    expect(members(round)).not.toContain(member);
  }
});
