import { describe, expect, it } from 'vitest';
import { RunningCalls } from './running-calls.ts';

function counted(): { times: number; cancel(): void } {
  return {
    times: 0,
    cancel() {
      this.times++;
    },
  };
}

describe('the calls of sessions that run', () => {
  it('L12 are cancelled by the id of their request, in their session only, while they run', () => {
    const [running, one, other] = [new RunningCalls(), counted(), counted()];
    running.begun('a', '1', one);
    running.begun('b', '1', other);
    expect(running.cancel('a', '1')).toBe(true);
    expect([one.times, other.times]).toEqual([1, 0]);
    expect(running.cancel('a', '"1"')).toBe(false);
    running.ended('a', '1', one);
    expect(running.cancel('a', '1')).toBe(false);
    expect(running.cancel('b', '1')).toBe(true);
  });

  it('L12 cancels none of two requests that run under one id, and the second once the first is over', () => {
    const [running, one, two] = [new RunningCalls(), counted(), counted()];
    running.begun('a', '1', one);
    running.begun('a', '1', two);
    expect(running.cancel('a', '1')).toBe(true);
    expect([one.times, two.times]).toEqual([0, 0]);
    running.ended('a', '1', one);
    running.cancel('a', '1');
    expect([one.times, two.times]).toEqual([0, 1]);
  });
});
