import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Moment } from '../stored/moment.ts';
import type { GuardHost } from './guard-host.ts';
import { HeldClaim, LEASE } from './held-claim.ts';

/** A claim of a store that answers a renewal when it is called to. */
function held() {
  const renewals: ((isHeld: boolean) => void)[] = [];
  const renew = (): Promise<boolean> => new Promise((resolve) => renewals.push(resolve));
  const onLost = vi.fn();
  const host = { store: { renew }, warn: () => undefined } as unknown as GuardHost;
  const holding = { heldSince: new Moment(), longest: 10 * LEASE, onLost };
  const claim = new HeldClaim(host, { key: 'key', owner: 'owner' }, holding);
  const answer = async (isHeld: boolean): Promise<void> => {
    renewals.shift()!(isHeld);
    await Promise.resolve();
  };
  return { claim, renewals, onLost, answer };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('S7 a claim that the store refuses to renew is lost', async () => {
  const { claim, onLost, answer } = held();
  vi.advanceTimersByTime(LEASE / 3);
  await answer(false);
  expect([onLost.mock.calls.length, claim.isDoubtful]).toEqual([1, true]);
});

it('S7 a claim whose reply is recorded while it is renewed is not lost', async () => {
  const { claim, renewals, onLost, answer } = held();
  vi.advanceTimersByTime(LEASE / 3);
  claim.release();
  await answer(false);
  vi.advanceTimersByTime(LEASE);
  expect([onLost.mock.calls.length, renewals.length]).toEqual([0, 0]);
});

it('S7 a claim whose reply could not be recorded is renewed at once, and goes on so', async () => {
  const { claim, renewals, answer } = held();
  claim.release();
  vi.advanceTimersByTime(LEASE / 2);
  claim.hold();
  expect(renewals).toHaveLength(1);
  await answer(true);
  vi.advanceTimersByTime(LEASE / 3);
  expect(renewals).toHaveLength(1);
  claim.release();
});
