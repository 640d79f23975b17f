import { describe, expect, it } from 'vitest';
import type { Asked } from '../journal/journal.ts';
import {
  EXPIRED,
  EXPIRED_VALUE,
  expiredBy,
  isRefusal,
  outcomeOf,
  reviveRefusal,
} from './expiry.ts';

const asked = (key: string, expiresAt?: number): Asked => ({
  kind: 'form',
  key,
  question: '',
  sendings: 1,
  ...(expiresAt !== undefined && { expiresAt }),
});

describe('K16 a question whose time is over', () => {
  it('is expired from the moment on that it names, and not before', () => {
    const questions = [asked('early', 9), asked('now', 10), asked('later', 11), asked('never')];
    expect(expiredBy(10, questions)).toEqual({ early: EXPIRED, now: EXPIRED });
  });

  it('is not there as long as none has expired', () => {
    expect(expiredBy(8, [asked('early', 9), asked('never')])).toBeUndefined();
    expect(expiredBy(Number.MAX_SAFE_INTEGER, [])).toBeUndefined();
  });

  it('comes to an outcome that no answer can be', () => {
    expect(outcomeOf(EXPIRED)).toEqual({ type: 'expired' });
    expect(outcomeOf(EXPIRED_VALUE)).toEqual({ type: 'answer', answer: EXPIRED_VALUE });
  });

  it('is cancelled for the author, who sees that nobody has refused', () => {
    expect(reviveRefusal(EXPIRED_VALUE)).toEqual({ action: 'cancel', reason: 'expired' });
    expect(reviveRefusal('cancel')).toEqual({ action: 'cancel' });
    expect(reviveRefusal('decline')).toEqual({ action: 'decline' });
  });

  it.each([
    ['decline', true],
    ['cancel', true],
    [EXPIRED_VALUE, true],
    ['accept', false],
    [{ action: 'cancel' }, false],
    [undefined, false],
  ])('is recorded in a word: %j, a refusal: %j', (value, expected) => {
    expect(isRefusal(value)).toBe(expected);
  });
});
