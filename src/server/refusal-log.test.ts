import { describe, expect, it } from 'vitest';
import type { RequestRefusedEvent, StateRefusedEvent } from './events.ts';
import { RefusalLog } from './refusal-log.ts';

function setUp() {
  const lines: string[] = [];
  const timers: (() => void)[] = [];
  const note = (line: string): void => void lines.push(line);
  const logger = { debug: note, info: note, warn: note, error: note };
  const refusals = new RefusalLog(logger, (_ms, fn) => {
    timers.push(fn);
    return () => {};
  });
  return { lines, refusals, minute: () => timers.splice(0).forEach((fn) => fn()) };
}

const state = (check: StateRefusedEvent['check']): StateRefusedEvent => ({
  type: 'state_refused',
  check,
  method: 'tools/call',
  target: 'pay',
});

describe('S3 refused states in the log', () => {
  it('are one line for each reason, and then a count', () => {
    const { lines, refusals, minute } = setUp();
    for (let i = 0; i < 500; i++) refusals.add(state('arguments'));
    refusals.add({ ...state('expired'), target: 'a\nb' });
    expect(lines).toEqual([
      "tools/call 'pay': requestState refused: arguments",
      String.raw`tools/call 'a\u{a}b': requestState refused: expired`,
    ]);
    minute();
    expect(lines.slice(2)).toEqual(['requestState refused: arguments: 499 more in a minute']);
    minute();
    refusals.add(state('arguments'));
    expect(lines).toHaveLength(4);
  });

  it('say the most likely reason for one that cannot be opened', () => {
    const { lines, refusals } = setUp();
    refusals.add(state('seal'));
    expect(lines[0]).toContain('give all the same state.keys');
  });
});

describe('refused requests in the log', () => {
  const request = (reason: RequestRefusedEvent['reason']): RequestRefusedEvent => ({
    type: 'request_refused',
    reason,
    method: 'tasks/get',
  });

  it('are one line for each reason, and then a count', () => {
    const { lines, refusals, minute } = setUp();
    for (let i = 0; i < 500; i++) refusals.add(request('unknown_task'));
    refusals.add({ ...request('still_running'), method: 'tools/call', target: 'pay' });
    minute();
    expect(lines).toEqual([
      'tasks/get: refused: unknown_task',
      "tools/call 'pay': refused: still_running",
      'refused: unknown_task: 499 more in a minute',
    ]);
  });

  it('are no second line where the log says how the store has failed', () => {
    const { lines, refusals } = setUp();
    refusals.add(request('store_failed'));
    expect(lines).toEqual([]);
  });
});
