import { describe, expect, it } from 'vitest';
import { Ending } from './ending.ts';

const COMPLETE = {
  status: 'complete',
  result: 1,
  recorded: { entries: [], asked: [] },
  unreached: [],
  open: [],
} as const;

describe('F5 the end of a round', () => {
  it('is the first of them', async () => {
    const ending = new Ending();
    const ends: string[] = [];
    ending.onEnd(() => ends.push('ended'));
    expect(ending.over).toBe(false);
    ending.settle(COMPLETE);
    expect(ending.over).toBe(true);
    ending.fail(new Error('late'));
    ending.abort(new Error('later'));
    expect(await ending.outcome).toEqual(COMPLETE);
    expect(ends).toEqual(['ended']);
    expect(ending.signal.aborted).toBe(false);
  });

  it('is reported to a listener that comes after it', () => {
    const ending = new Ending();
    ending.fail(new Error('x'));
    const ends: string[] = [];
    ending.onEnd(() => ends.push('ended'));
    expect(ends).toEqual(['ended']);
  });

  it('by failure gives its error, and aborts no signal of the handler', async () => {
    const ending = new Ending();
    const { signal } = ending;
    const error = new Error('diverged');
    ending.fail(error);
    expect(await ending.outcome).toEqual({ status: 'failed', error });
    expect(signal.aborted).toBe(false);
    expect(ending.signal).toBe(signal);
    expect(new Ending().signal.aborted).toBe(false);
  });

  it('by abortion aborts every signal with its error, whenever it is first looked at', async () => {
    const error = new Error('gone');
    const [early, late] = [new Ending(), new Ending()];
    const signals = [early.signal, early.openStep().signal];
    const lookedAtLater = early.openStep();
    early.abort(error);
    late.abort(error);
    const others = [lookedAtLater.signal, late.signal, late.openStep().signal];
    for (const signal of [...signals, ...others]) {
      expect(signal.aborted).toBe(true);
      expect(signal.reason).toBe(error);
    }
    expect(await early.outcome).toEqual({ status: 'failed', error });
  });

  it('F10 aborts the signal of steps, also when the handler has returned', () => {
    const [early, late] = [new Ending(), new Ending()];
    const step = early.openStep();
    const { signal } = step;
    expect(signal.aborted).toBe(false);
    expect(step.signal).toBe(signal);
    early.settle(COMPLETE);
    late.settle(COMPLETE);
    expect(signal.aborted).toBe(true);
    expect(late.openStep().signal.aborted).toBe(true);
  });

  it('F10 does not abort the signal of a step that has ended before', () => {
    for (const end of [
      (ending: Ending) => ending.settle(COMPLETE),
      (ending: Ending) => ending.abort(new Error('gone')),
    ]) {
      const ending = new Ending();
      const [ended, running] = [ending.openStep(), ending.openStep()];
      const signals = [ended.signal, running.signal];
      ending.closeStep(ended);
      end(ending);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
    }
  });

  it('F5 has come before any listener of a signal hears of it', () => {
    const ending = new Ending();
    const seen: boolean[] = [];
    for (const { signal } of [ending, ending.openStep()]) {
      signal.addEventListener('abort', () => seen.push(ending.over));
    }
    ending.abort(new Error('gone'));
    expect(seen).toEqual([true, true]);
  });
});
