import { describe, expect, it } from 'vitest';
import { Authorization, type Authorize, Refusals } from './authorization.ts';
import type { Challenge, Refused } from './challenge.ts';

const refusedWith = (sent: string | undefined, status = 401, challenge = 'Bearer'): Refused => ({
  status,
  headers: new Headers({ 'www-authenticate': challenge }),
  url: 'https://mcp.example/',
  sent,
  operation: 'tools/list',
});

const never = (): AbortSignal => new AbortController().signal;

/** An `authorize` whose calls are answered by hand. */
function asked() {
  const calls: { challenge: Challenge; answer: (is: boolean) => void; fail: (e: Error) => void }[] =
    [];
  const authorize: Authorize = (challenge) =>
    new Promise((answer, fail) => void calls.push({ challenge, answer, fail }));
  return { calls, authorization: new Authorization(authorize) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a request that is refused', () => {
  it('asks for other credentials, and is sent again if there are some', async () => {
    for (const is of [true, false]) {
      const { calls, authorization } = asked();
      const again = new Refusals(authorization).isToBeSentAgain(refusedWith('a'), never());
      expect(calls[0]!.challenge).toMatchObject(refusedWith('a'));
      expect(await calls[0]!.challenge.withoutDeadline(async () => 7)).toBe(7);
      calls[0]!.answer(is);
      expect(await again).toBe(is);
    }
  });

  it('fails as what asks does', async () => {
    const { calls, authorization } = asked();
    const again = new Refusals(authorization).isToBeSentAgain(refusedWith('a'), never());
    calls[0]!.fail(new Error('closed'));
    await expect(again).rejects.toThrow('closed');
  });

  it('does not ask twice about the same refusal of the same credentials', async () => {
    const { calls, authorization } = asked();
    const refusals = new Refusals(authorization);
    const first = refusals.isToBeSentAgain(refusedWith('a'), never());
    calls[0]!.answer(true);
    expect(await first).toBe(true);
    expect(await refusals.isToBeSentAgain(refusedWith('a'), never())).toBe(false);
    expect(calls).toHaveLength(1);
  });

  it.each<[string, Refused]>([
    ['status', refusedWith('a', 403)],
    ['challenge', refusedWith('a', 401, 'Bearer scope="b"')],
    ['credentials', refusedWith('b')],
  ])('asks twice at most: about another %s, and no more', async (_, other) => {
    const { calls, authorization } = asked();
    const refusals = new Refusals(authorization);
    for (const refused of [refusedWith('a'), other]) {
      const again = refusals.isToBeSentAgain(refused, never());
      await turn();
      calls.at(-1)!.answer(true);
      expect(await again).toBe(true);
    }
    expect(await refusals.isToBeSentAgain(refusedWith('z', 403, 'x'), never())).toBe(false);
    expect(calls).toHaveLength(2);
  });
});

describe('requests that are refused alike', () => {
  it('ask once, together', async () => {
    const { calls, authorization } = asked();
    const both = [1, 2].map(() =>
      new Refusals(authorization).isToBeSentAgain(refusedWith('a'), never()),
    );
    expect(calls).toHaveLength(1);
    calls[0]!.answer(true);
    expect(await Promise.all(both)).toEqual([true, true]);
  });

  it('ask apart if they are refused otherwise', () => {
    const { calls, authorization } = asked();
    for (const refused of [refusedWith('a'), refusedWith('b'), refusedWith('a', 403)]) {
      void new Refusals(authorization).isToBeSentAgain(refused, never());
    }
    expect(calls).toHaveLength(3);
  });

  it('are sent again at once where other credentials have come since, once', async () => {
    const { calls, authorization } = asked();
    const first = new Refusals(authorization).isToBeSentAgain(refusedWith('a'), never());
    calls[0]!.answer(true);
    await first;
    const late = new Refusals(authorization);
    expect(await late.isToBeSentAgain(refusedWith('a'), never())).toBe(true);
    expect(calls).toHaveLength(1);
    void late.isToBeSentAgain(refusedWith('a'), never());
    expect(calls).toHaveLength(2);
  });

  it('ask again where no others have come, and where none were sent', async () => {
    const { calls, authorization } = asked();
    const denied = new Refusals(authorization).isToBeSentAgain(refusedWith('a'), never());
    calls[0]!.answer(false);
    await denied;
    void new Refusals(authorization).isToBeSentAgain(refusedWith('a'), never());
    expect(calls).toHaveLength(2);
    const without = new Refusals(authorization).isToBeSentAgain(refusedWith(undefined), never());
    calls[2]!.answer(true);
    await without;
    void new Refusals(authorization).isToBeSentAgain(refusedWith(undefined), never());
    expect(calls).toHaveLength(4);
  });

  it('are remembered, the last sixteen', async () => {
    const { calls, authorization } = asked();
    for (let i = 0; i <= 16; i++) {
      const again = new Refusals(authorization).isToBeSentAgain(refusedWith(`${i}`), never());
      calls.at(-1)!.answer(true);
      await again;
    }
    const asks = async (sent: string): Promise<boolean> => {
      const { length } = calls;
      void new Refusals(authorization).isToBeSentAgain(refusedWith(sent), never());
      await turn();
      return calls.length > length;
    };
    expect([await asks('1'), await asks('16'), await asks('0')]).toEqual([false, false, true]);
  });
});

describe('a request that is given up while it asks', () => {
  it('ends at once, and the others go on', async () => {
    const { calls, authorization } = asked();
    const abort = new AbortController();
    const left = new Refusals(authorization).isToBeSentAgain(refusedWith('a'), abort.signal);
    const other = new Refusals(authorization).isToBeSentAgain(refusedWith('a'), never());
    const reason = new Error('left');
    abort.abort(reason);
    await expect(left).rejects.toBe(reason);
    expect(calls[0]!.challenge.signal.aborted).toBe(false);
    calls[0]!.answer(true);
    expect(await other).toBe(true);
  });

  it('ends the asking if it is the last, and the next one asks anew', async () => {
    const { calls, authorization } = asked();
    const abort = new AbortController();
    const left = new Refusals(authorization).isToBeSentAgain(refusedWith('a'), abort.signal);
    abort.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect(calls[0]!.challenge.signal.aborted).toBe(true);
    const next = new Refusals(authorization).isToBeSentAgain(refusedWith('a'), never());
    expect(calls).toHaveLength(2);
    calls[0]!.fail(new Error('too late'));
    await turn();
    void new Refusals(authorization).isToBeSentAgain(refusedWith('a'), never());
    expect(calls).toHaveLength(2);
    calls[1]!.answer(true);
    expect(await next).toBe(true);
  });
});
