import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../state/key-ring.ts';
import { Sealer } from '../../state/sealer.ts';
import { type Continuation, EventIds } from './event-ids.ts';

const ring = new KeyRing(['A'.repeat(43)]);
const ids = new EventIds(() => new Sealer(ring, 'resume'));
const call = { stream: 's', requestId: 7, method: 'tools/call' };

function continuation(state = 'state'): Continuation {
  const open = [{ id: 'q', key: 'go', method: 'elicitation/create' }] as const;
  return {
    ...call,
    params: { name: 't' },
    requestState: state,
    open,
    answers: {},
    progress: 1,
    until: 2,
  };
}

describe('the id of an event', () => {
  it('L14 holds the call, and which event it is', () => {
    const token = ids.ofContinuation(continuation(), 'session')!;
    expect(ids.open(EventIds.at(token, 12), 'session')).toEqual({
      type: 'continuation',
      call: continuation(),
      token,
      event: 12,
    });
    const plain = ids.ofCall(call, 'session');
    expect(ids.open(EventIds.at(plain, 0), 'session')).toEqual({
      type: 'call',
      call,
      token: plain,
      event: 0,
    });
  });

  it('L14 holds numbers that JavaScript has none for', () => {
    const size = [Infinity, -Infinity, null];
    const begun = {
      ...continuation(),
      params: { name: 't', arguments: { size } },
      answers: { size },
    };
    const token = ids.ofContinuation(begun, 'session')!;
    expect(ids.open(EventIds.at(token, 1), 'session')).toMatchObject({ call: begun });
  });

  it('L14 has room for a state of any characters', () => {
    const state = JSON.stringify({ text: '"\\\n\u2028'.repeat(300) });
    const begun = { ...continuation(state), answers: { text: '\u2028\n' } };
    const token = ids.ofContinuation(begun, 'session')!;
    expect(ids.open(EventIds.at(token, 1), 'session')).toMatchObject({ call: begun });
  });

  it('L14 is of its session, and not of another purpose', () => {
    const id = EventIds.at(ids.ofContinuation(continuation(), 'session')!, 1);
    expect(ids.open(id, 'other')).toBeUndefined();
    const other = new EventIds(() => new Sealer(ring, 'session'));
    expect(other.open(id, 'session')).toBeUndefined();
    expect(ids.open(`${id}x`, 'session')).toBeUndefined();
    expect(ids.open(`x${id}`, 'session')).toBeUndefined();
    expect(ids.open(id.replace(/\.1$/, `.${'9'.repeat(12)}`), 'session')).toBeUndefined();
    expect(ids.open('', 'session')).toBeUndefined();
  });

  it('L14 has at most 4,096 characters, with any number', () => {
    const sizes = Array.from({ length: 4_000 }, (_, size) =>
      ids.ofContinuation(continuation('x'.repeat(size)), 's'),
    );
    const longest = sizes.findLast((token) => token !== undefined)!;
    expect(EventIds.at(longest, 99_999_999_999).length).toBeLessThanOrEqual(4_096);
    expect(ids.open(EventIds.at(longest, 99_999_999_999), 's')).toBeDefined();
    expect(sizes.at(-1)).toBeUndefined();
  });
});
