/** A journal whose every append is slow and may fail (F15). */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FlowContext } from '../context.ts';
import type { Entry, Journal, Recorded } from '../journal/journal.ts';
import { Round } from './round.ts';
import { testHost } from '../test-support/host.ts';
import { YES } from '../test-support/play.ts';

class SlowJournal implements Journal {
  readonly written: Entry[] = [];
  /** What happens, in order, as seen from outside. */
  readonly log: string[] = [];
  failAt = Infinity;
  /** Resolves when something begins to be written. */
  readonly writing: Promise<void>;
  #begun!: () => void;
  recorded: Recorded = { entries: [], asked: [] };

  constructor() {
    this.writing = new Promise((resolve) => (this.#begun = resolve));
  }

  async load(): Promise<Recorded> {
    await pause(2);
    return this.recorded;
  }

  async append(entries: readonly Entry[]): Promise<void> {
    this.#begun();
    await pause(3);
    if (this.written.length >= this.failAt) throw new Error('disk full');
    this.written.push(...entries);
    this.log.push(...entries.map(({ key }) => `written ${key}`));
  }

  drop(): void {}
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const handler = (log: string[]) => async (ctx: FlowContext) => {
  const see = async (key: string, promise: Promise<unknown>): Promise<void> => {
    await promise;
    log.push(`seen ${key}`);
  };
  await Promise.all([
    see(
      'slow',
      ctx.step('slow', () => pause(8)),
    ),
    see(
      'fast',
      ctx.step('fast', () => 'fast'),
    ),
    see('go', ctx.confirm('go', 'Go?')),
  ]);
  await see(
    'last',
    ctx.step('last', () => 'last'),
  );
  return 'done';
};

describe('F15 a durable journal', () => {
  it('is written before the author sees an outcome, in the order the author sees them', async () => {
    const journal = new SlowJournal();
    const round = new Round(testHost(journal, { onStill: () => round.deliver({ go: YES }) }));
    const outcome = await round.run(() => handler(journal.log)(new FlowContext(round)));
    expect(outcome).toMatchObject({ status: 'complete', result: 'done' });
    expect(journal.log).toEqual([
      'written fast',
      'seen fast',
      'written slow',
      'seen slow',
      'written go',
      'seen go',
      'written last',
      'seen last',
    ]);
  });

  it('continues a flow on another worker from what was written', async () => {
    const first = new SlowJournal();
    first.failAt = 3;
    const round = new Round(testHost(first, { onStill: () => round.deliver({ go: YES }) }));
    await round.run(() => handler(first.log)(new FlowContext(round)));

    const second = new SlowJournal();
    second.recorded = { entries: first.written, asked: [] };
    const again = new Round(testHost(second));
    const outcome = await again.run(() => handler(second.log)(new FlowContext(again)));
    expect(outcome).toMatchObject({ status: 'complete', result: 'done' });
    expect(second.log).toEqual(['seen fast', 'seen slow', 'seen go', 'written last', 'seen last']);
  });

  it('that cannot be written ends the round before the author sees the outcome', async () => {
    const journal = new SlowJournal();
    journal.failAt = 1;
    const round = new Round(testHost(journal));
    const outcome = await round.run(() => handler(journal.log)(new FlowContext(round)));
    expect(outcome).toMatchObject({ status: 'failed', error: { message: 'disk full' } });
    await pause(20);
    expect(journal.log).toEqual(['written fast', 'seen fast']);
  });

  it('F5 is not written to once the round is over, and shows the author nothing', async () => {
    const journal = new SlowJournal();
    const round = new Round(testHost(journal));
    const log: string[] = [];
    const outcome = round.run(async () => {
      await new FlowContext(round).step('work', () => 1);
      log.push('seen');
      await new FlowContext(round).step('more', () => 2);
    });
    await journal.writing;
    round.cancel('the caller is gone');
    await outcome;
    await pause(10);
    expect(journal.log).toEqual(['written work']);
    expect(log).toEqual([]);
  });

  it('F5 gets no answer whose check was still running when the round ended', async () => {
    const journal = new SlowJournal();
    let check!: () => void;
    const checking = new Promise<void>((begun) => (check = begun));
    let finish!: () => void;
    const finished = new Promise<void>((done) => (finish = done));
    const schema = z.object({
      name: z.string().refine(async () => {
        check();
        await finished;
        return true;
      }),
    });
    const round = new Round(
      testHost(journal, {
        onStill: () => round.deliver({ who: { action: 'accept', content: { name: 'ada' } } }),
      }),
    );
    const outcome = round.run(() =>
      new FlowContext(round).elicit('who', { message: 'Who?', schema }),
    );
    await checking;
    round.cancel('the caller is gone');
    await outcome;
    finish();
    await pause(10);
    expect(journal.log).toEqual([]);
  });

  it('that cannot be read ends the round before it begins', async () => {
    let ran = false;
    const broken: Journal = {
      load: () => Promise.reject(new Error('no such row')),
      append: () => {},
      drop: () => {},
    };
    const outcome = await new Round(testHost(broken)).run(() => (ran = true));
    expect(outcome).toMatchObject({ status: 'failed', error: { message: 'no such row' } });
    expect(ran).toBe(false);
    const throwing: Journal = {
      load() {
        throw new Error('no such row');
      },
      append() {
        throw new Error('read only');
      },
      drop: () => {},
    };
    expect(await new Round(testHost(throwing)).run(() => 1)).toMatchObject({ status: 'failed' });
    const readOnly = new Round(testHost({ ...throwing, load: () => ({ entries: [], asked: [] }) }));
    const failed = await readOnly.run(() => new FlowContext(readOnly).step('work', () => 1));
    expect(failed).toMatchObject({ status: 'failed', error: { message: 'read only' } });
  });

  it('takes answers while a step still runs, the first one only', async () => {
    const journal = new SlowJournal();
    const round = new Round(testHost(journal));
    const outcome = round.run(async () => {
      const ctx = new FlowContext(round);
      const slow = ctx.step('slow', () => pause(30));
      return [await ctx.confirm('go', 'Go?'), await slow];
    });
    await pause(10);
    round.deliver({ go: YES });
    round.deliver({ go: { action: 'decline' } });
    expect(await outcome).toMatchObject({ result: [true, undefined] });
    expect(journal.written.map((entry) => entry.key)).toEqual(['go', 'slow']);
  });

  it('can take over a run that began elsewhere', async () => {
    const journal = new SlowJournal();
    const round = new Round(testHost());
    const outcome = round.run(async () => {
      const ctx = new FlowContext(round);
      await ctx.step('before', () => 'before');
      journal.written.push(...(await round.moveTo({ journal })).entries);
      return ctx.step('after', () => 'after');
    });
    expect(await outcome).toMatchObject({ result: 'after' });
    expect(journal.written.map((entry) => entry.key)).toEqual(['before', 'after']);
  });

  it('takes along what was being written when it is taken over', async () => {
    const first = new SlowJournal();
    const second = new SlowJournal();
    const round = new Round(testHost(first));
    const outcome = round.run(async () => {
      const ctx = new FlowContext(round);
      await ctx.step('charge', () => 'charged');
      return ctx.step('ship', () => 'shipped');
    });
    await first.writing;
    second.written.push(...(await round.moveTo({ journal: second })).entries);
    expect(await outcome).toMatchObject({ result: 'shipped' });
    expect(second.written.map((entry) => entry.key)).toEqual(['charge', 'ship']);
  });

  it('lets its host end the round while asks are open', async () => {
    const round = new Round(testHost(new SlowJournal(), { onStill: () => round.suspend() }));
    const outcome = await round.run(() => new FlowContext(round).confirm('go', 'Go?'));
    expect(outcome).toMatchObject({ status: 'input_required', asks: [{ key: 'go' }] });
  });
});
