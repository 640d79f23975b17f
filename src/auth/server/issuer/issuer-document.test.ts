import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IssuerDocument } from './issuer-document.ts';
import { IssuerUnavailable } from './issuer-unavailable.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let fetched = 0;
let fails = false;

function open(): IssuerDocument<string> {
  return new IssuerDocument(async () => {
    fetched++;
    if (fails) throw new IssuerUnavailable('down');
    return `keys ${fetched}`;
  });
}

beforeEach(() => {
  fetched = 0;
  fails = false;
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000 });
});

afterEach(() => void vi.useRealTimers());

describe('what an issuer publishes (A3)', () => {
  it('A3 is fetched once for all who need it, and is fresh for 10 minutes', async () => {
    const keys = open();
    const all = await Promise.all(Array.from({ length: 20 }, () => keys.current()));
    expect(new Set(all)).toEqual(new Set(['keys 1']));
    vi.advanceTimersByTime(10 * MINUTE);
    expect(await keys.current()).toBe('keys 1');
    vi.advanceTimersByTime(SECOND);
    expect(await keys.current()).toBe('keys 2');
  });

  it('A3 is fetched once in 30 s, however many tokens name a key that is not there', async () => {
    const keys = open();
    let known = await keys.current();
    for (let i = 0; i < 100; i++) expect(await keys.newerThan(known)).toBeUndefined();
    expect(fetched).toBe(1);
    for (let round = 2; round <= 4; round++) {
      vi.advanceTimersByTime(30 * SECOND);
      const newer = await Promise.all(Array.from({ length: 50 }, () => keys.newerThan(known)));
      expect(new Set(newer)).toEqual(new Set([`keys ${round}`]));
      known = `keys ${round}`;
      expect(fetched).toBe(round);
    }
  });

  it('A3 is used for a day while it cannot be fetched, tried once in 30 s', async () => {
    const keys = open();
    await keys.current();
    fails = true;
    for (let passed = 0; passed < 10; passed++) {
      vi.advanceTimersByTime(2 * HOUR);
      for (let i = 0; i < 10; i++) expect(await keys.current()).toBe('keys 1');
    }
    expect(fetched).toBe(11);
    vi.advanceTimersByTime(4 * HOUR);
    expect(await keys.current()).toBe('keys 1');
    vi.advanceTimersByTime(SECOND);
    await expect(keys.current()).rejects.toBeInstanceOf(IssuerUnavailable);
  });

  it('A3 fails at once while it was tried just now, and is tried again later', async () => {
    const keys = open();
    fails = true;
    for (let i = 0; i < 10; i++) await expect(keys.current()).rejects.toThrow('down');
    expect(fetched).toBe(1);
    fails = false;
    vi.advanceTimersByTime(30 * SECOND);
    expect(await keys.current()).toBe('keys 2');
  });

  it('A3 an unknown key is not called wrong while the keys cannot be fetched', async () => {
    const keys = open();
    const known = await keys.current();
    fails = true;
    vi.advanceTimersByTime(30 * SECOND);
    await expect(keys.newerThan(known)).rejects.toThrow('down');
    expect(await keys.current()).toBe(known);
  });

  it('A3 is fetched again after the clock was set back', async () => {
    const keys = open();
    fails = true;
    await expect(keys.current()).rejects.toThrow('down');
    fails = false;
    vi.setSystemTime(1_000_000_000 - HOUR);
    expect(await keys.current()).toBe('keys 2');
  });

  it('A3 is not fresh for longer because the clock was set back', async () => {
    const keys = open();
    expect(await keys.current()).toBe('keys 1');
    vi.setSystemTime(1_000_000_000 - HOUR);
    expect(await keys.current()).toBe('keys 2');
  });
});
