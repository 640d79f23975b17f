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
    const signals = [early.signal, early.stepSignal];
    early.abort(error);
    late.abort(error);
    for (const signal of [...signals, late.signal, late.stepSignal]) {
      expect(signal.aborted).toBe(true);
      expect(signal.reason).toBe(error);
    }
    expect(await early.outcome).toEqual({ status: 'failed', error });
  });

  it('F10 aborts the signal of steps, also when the handler has returned', () => {
    const [early, late] = [new Ending(), new Ending()];
    const signal = early.stepSignal;
    expect(signal.aborted).toBe(false);
    expect(early.stepSignal).toBe(signal);
    early.settle(COMPLETE);
    late.settle(COMPLETE);
    expect(signal.aborted).toBe(true);
    expect(late.stepSignal.aborted).toBe(true);
  });
});
