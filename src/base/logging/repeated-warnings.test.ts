import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Logger } from './logger.ts';
import { RepeatedWarnings } from './repeated-warnings.ts';

function warningsTo(lines: string[]): Logger {
  const ignore = (): void => {};
  return { debug: ignore, info: ignore, warn: (line) => void lines.push(line), error: ignore };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

it('a warning that repeats is logged once a minute, with a count', () => {
  const lines: string[] = [];
  const warnings = new RepeatedWarnings(warningsTo(lines));
  for (let i = 0; i < 500; i++) warnings.warn('a');
  warnings.warn('b');
  expect(lines).toEqual(['a', 'b']);
  vi.advanceTimersByTime(60_000);
  for (let i = 0; i < 3; i++) warnings.warn('a');
  warnings.warn('b');
  expect(lines).toEqual(['a', 'b', 'a (499 more like it)', 'b']);
});

it('a warning has a reason, which can differ from its words', () => {
  const lines: string[] = [];
  const warnings = new RepeatedWarnings(warningsTo(lines));
  for (let i = 0; i < 9; i++) warnings.warn(`number ${i}`, 'numbers');
  expect(lines).toEqual(['number 0']);
});

it('a warning whose reasons are made up fills neither the log nor the memory', () => {
  const lines: string[] = [];
  const warnings = new RepeatedWarnings(warningsTo(lines));
  for (let i = 0; i < 10_000; i++) warnings.warn(`host ${i}`);
  expect(lines).toHaveLength(101);
  warnings.warn('host 5');
  expect(lines).toHaveLength(101);
});

it('reasons of the past take no line from those of today', () => {
  const lines: string[] = [];
  const warnings = new RepeatedWarnings(warningsTo(lines));
  for (let i = 0; i < 200; i++) warnings.warn(`host ${i}`);
  vi.advanceTimersByTime(60_000);
  lines.length = 0;
  for (const reason of ['a', 'b', 'a']) warnings.warn(reason);
  expect(lines).toEqual(['a', 'b']);
});
