import { describe, expect, it } from 'vitest';
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

describe('S3 refused states in the log', () => {
  it('are one line for each reason, and then a count', () => {
    const { lines, refusals, minute } = setUp();
    for (let i = 0; i < 500; i++) refusals.add('arguments', 'tools/call', 'pay');
    refusals.add('expired', 'tools/call', 'a\nb');
    expect(lines).toEqual([
      "tools/call 'pay': requestState refused: arguments",
      String.raw`tools/call 'a\u{a}b': requestState refused: expired`,
    ]);
    minute();
    expect(lines.slice(2)).toEqual(['requestState refused: arguments: 499 more in a minute']);
    minute();
    refusals.add('arguments', 'tools/call', 'pay');
    expect(lines).toHaveLength(4);
  });

  it('say the most likely reason for one that cannot be opened', () => {
    const { lines, refusals } = setUp();
    refusals.add('seal', 'tools/call', 'pay');
    expect(lines[0]).toContain('give all the same state.keys');
  });
});
