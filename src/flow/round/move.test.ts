/** Moving a running round from memory to a host that keeps it (P3). */
import { describe, expect, it } from 'vitest';
import { FlowContext } from '../context.ts';
import type { OpenAsk } from '../asks/ask.ts';
import { type Recorded, memoryJournal } from '../journal/journal.ts';
import { testHost } from '../test-support/host.ts';
import { type Handler, Play, YES } from '../test-support/play.ts';
import { WrittenJournal } from '../test-support/written-journal.ts';
import type { MovedRound } from './move.ts';
import { Round } from './round.ts';

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

const shown = (asks: readonly OpenAsk[]) =>
  asks.map(({ key, sendings, resent = 0 }) => `${key}~${sendings + resent}`);

/** A round in memory, and the way to move it to a journal that is written. */
function begin(handler: Handler, recorded?: Recorded, answers = {}) {
  const round = new Round(testHost(memoryJournal(recorded)), { answers });
  const outcome = round.run(() => handler(new FlowContext(round)));
  const journal = new WrittenJournal();
  const announced: OpenAsk[] = [];
  const onAsked = (asks: readonly OpenAsk[]): void => void announced.push(...asks);
  const move = (save?: (moved: MovedRound) => unknown) =>
    round.moveTo(
      { journal, onAsked, onStill: () => undefined },
      async (moved) => void (await save?.(moved)),
    );
  return { round, outcome, announced, move };
}

/** A step that runs until it is opened keeps the round from ending. */
function work() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { run: (ctx: FlowContext) => ctx.step('work', () => opened), open };
}

describe('P3 a round that is moved', () => {
  it('keeps the methods of a host that is an instance of a class', async () => {
    const late: string[] = [];
    class ReportingHost {
      onLateCall(key: string): void {
        late.push(key);
      }
    }
    const round = new Round(Object.assign(new ReportingHost(), testHost()));
    const ctx = new FlowContext(round);
    const { run, open } = work();
    const outcome = round.run(() => run(ctx));
    await round.moveTo({ journal: new WrittenJournal() });
    open();
    expect((await outcome).status).toBe('complete');
    void ctx.confirm('late', 'Late?');
    expect(late).toEqual(['late']);
  });

  it('announces no question that its snapshot had, and each that it had not', async () => {
    const { run, open } = work();
    let askMore!: () => void;
    const more = new Promise<void>((resolve) => (askMore = resolve));
    const { round, outcome, announced, move } = begin((ctx) =>
      Promise.all([ctx.confirm('a', 'A?'), more.then(() => ctx.confirm('b', 'B?')), run(ctx)]),
    );
    await turns(2);
    const moved = await move(async () => {
      askMore();
      await turns(3);
    });
    await turns(3);
    expect(shown(moved.asks)).toEqual(['a~1']);
    expect(shown(announced)).toEqual(['b~1']);
    round.deliver({ a: YES, b: YES });
    open();
    expect((await outcome).status).toBe('complete');
  });

  it('announces questions of the last round when the handler asks them again', async () => {
    const handler: Handler = async (ctx) => {
      await ctx.confirm('first', 'First?');
      await run(ctx);
      return ctx.confirm('later', 'Later?');
    };
    const { run, open } = work();
    const play = new Play((ctx) =>
      Promise.all([ctx.confirm('first', 'First?'), ctx.confirm('later', 'Later?')]),
    );
    await play.asks();
    const { round, outcome, announced, move } = begin(handler, play.recorded, { first: YES });
    await turns(3);
    const moved = await move();
    expect(moved.dropped).toMatchObject([{ key: 'later', sendings: 0, resent: 1 }]);
    open();
    await turns(5);
    expect(shown(announced)).toEqual(['later~2']);
    expect(round.deliver({ 'later~1': YES, 'later~2': YES })).toEqual(['later~2']);
    expect(await outcome).toMatchObject({ result: true });
  });

  it('also announces those that the handler asks while the snapshot is saved', async () => {
    let ask!: () => void;
    const asked = new Promise<void>((resolve) => (ask = resolve));
    const play = new Play((ctx) => ctx.confirm('later', 'Later?'));
    await play.asks();
    const { round, outcome, announced, move } = begin(async (ctx) => {
      await asked;
      return ctx.confirm('later', 'Later?');
    }, play.recorded);
    await move(async () => {
      ask();
      await turns(3);
    });
    await turns(3);
    expect(shown(announced)).toEqual(['later~2']);
    round.deliver({ 'later~2': YES });
    expect(await outcome).toMatchObject({ result: true });
  });

  it('leaves them as they were if it fails', async () => {
    let ask!: () => void;
    const asked = new Promise<void>((resolve) => (ask = resolve));
    const play = new Play((ctx) => ctx.confirm('later', 'Later?'));
    await play.asks();
    const { outcome, announced, move } = begin(async (ctx) => {
      await asked;
      return ctx.confirm('later', 'Later?');
    }, play.recorded);
    await expect(move(() => Promise.reject(new Error('no row')))).rejects.toThrow('no row');
    ask();
    const ended = await outcome;
    expect(ended).toMatchObject({ status: 'input_required' });
    expect(ended).toMatchObject({ asks: [{ key: 'later', sendings: 1 }] });
    expect(announced).toEqual([]);
  });

  it('passes a checkpoint that is open, if its next host records checkpoints', async () => {
    const { run, open } = work();
    const round = new Round(testHost());
    const ctx = new FlowContext(round);
    const outcome = round.run(() => Promise.all([ctx.checkpoint('c'), run(ctx)]));
    await turns(3);
    const journal = new WrittenJournal();
    const moved = await round.moveTo({ journal, recordsCheckpoints: true });
    expect(moved.asks.map(({ kind }) => kind)).toEqual(['checkpoint']);
    await turns(3);
    open();
    expect((await outcome).status).toBe('complete');
    expect(journal.log).toEqual(['append c', 'append work']);
  });

  it('is moved once its journal is loaded, and not before', async () => {
    let load!: (recorded: Recorded) => void;
    const loaded = new Promise<Recorded>((resolve) => (load = resolve));
    const round = new Round(testHost({ ...memoryJournal(), load: () => loaded }));
    const outcome = round.run(() =>
      new FlowContext(round).step('done', () => expect.fail('again')),
    );
    const journal = new WrittenJournal();
    const moving = round.moveTo({ journal });
    await turns(2);
    const done = {
      kind: 'step',
      key: 'done',
      outcome: { type: 'value', value: 1 },
      at: 1,
    } as const;
    load({ entries: [done], asked: [] });
    expect(await moving).toMatchObject({ entries: [{ key: 'done' }], isOver: false });
    expect(await outcome).toMatchObject({ result: 1 });
    expect(journal.log).toEqual([]);
  });
});
