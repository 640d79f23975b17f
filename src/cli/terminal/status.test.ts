import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Status } from './status.ts';

const CLEAR_LINE = '\r\u001b[2K';

function recording(isTTY: boolean): { written: string; status: Status } {
  const stream = {
    isTTY,
    columns: 20,
    written: '',
    write: (text: string) => void (stream.written += text),
  };
  return Object.assign(stream, { status: new Status(stream) });
}

describe('a status', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubEnv('TERM', 'xterm').stubEnv('CI', '');
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  it('is one line on a terminal, never too wide, and leaves nothing behind', async () => {
    const stream = recording(true);
    stream.status.begin('begun');
    stream.status.progress('1/2 of something rather long');
    expect(stream.written).toBe(`${CLEAR_LINE}⠋ 1/2 of something…`);
    stream.status.say('a line');
    expect(stream.written).toContain(`${CLEAR_LINE}a line\n`);
    vi.advanceTimersByTime(150);
    stream.status.end();
    expect(stream.written.endsWith(CLEAR_LINE)).toBe(true);
  });

  it('is not seen if what it is about takes no time', () => {
    const stream = recording(true);
    stream.status.begin('begun');
    stream.status.end();
    expect(stream.written).toBe('');
  });

  it('stands back, and says afterwards what came up meanwhile', async () => {
    const stream = recording(true);
    await stream.status.standBack(async () => {
      stream.status.say('meanwhile');
      expect(stream.written).toBe('');
    });
    expect(stream.written).toBe('meanwhile\n');
  });

  it.each([
    ['there is no terminal', false, {}],
    ['the terminal is a dumb one', true, { TERM: 'dumb' }],
    ['nobody looks at the terminal', true, { CI: 'true' }],
  ])('is lines where %s', async (_, isTTY, env) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const stream = recording(isTTY);
    stream.status.begin('begun');
    stream.status.progress('1/2');
    stream.status.progress('2/2');
    vi.advanceTimersByTime(150);
    stream.status.end();
    expect(stream.written).toBe('1/2\n2/2\n');
  });
});
