import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpError, refusalIn } from './http-error.ts';
import type { HttpResponse } from './send.ts';

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') }));
afterEach(() => void vi.useRealTimers());

function refusal(retryAfter?: string) {
  const headers = new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter });
  return refusalIn({ status: 503, headers } as unknown as HttpResponse);
}

describe('when to try again after an HTTP error', () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['0', 0],
    [' 7 ', 7_000],
    ['999999999', 999_999_999_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ])('%j is %s ms', (text, retryAfter) => {
    expect(refusal(text)).toEqual({ status: 503, retryAfter });
  });

  it.each(['9999999999', 'x7', '7x', '-7'])('%j is no number of seconds', (text) => {
    expect(refusal(text).retryAfter).not.toBe(Number.parseInt(text, 10) * 1_000);
  });

  it('may have blanks around it, which not everything that sends requests cuts off', () => {
    const headers = { get: () => ' 7 ' };
    const response = { status: 503, headers } as unknown as HttpResponse;
    expect(refusalIn(response).retryAfter).toBe(7_000);
  });

  it('is in the error', () => {
    const error = new HttpError('No', refusal('7'));
    expect(error).toMatchObject({ status: 503, retryAfter: 7_000, code: 'transport_failed' });
    expect(error.message).toBe('No');
  });
});
