import { describe, expect, it } from 'vitest';
import type { Asked, Entry } from '../journal/journal.ts';
import { DeliveryQueue } from './delivery-queue.ts';

const step = (key: string): Entry => ({
  kind: 'step',
  key,
  outcome: { type: 'value', value: null },
});

const asked = (key: string): Asked => ({ kind: 'form', key, question: '', sendings: 1 });

const answer = (key: string): Entry => ({ ...asked(key), outcome: { type: 'answer', answer: 1 } });

const value = (key: string): Entry => ({ ...asked(key), outcome: { type: 'value', value: 1 } });

/** A queue with what is recorded, and the keys that the handler has called. */
function queueOf(recorded: Entry[], ...called: string[]) {
  const calls = new Set(called);
  const queue = new DeliveryQueue(calls);
  queue.load(recorded);
  return { queue, calls };
}

/** Delivers what can be delivered, without what author code would do in answer. */
function deliverAll(queue: DeliveryQueue): string[] {
  const keys: string[] = [];
  queue.begin();
  for (let item = queue.next(); item !== undefined; item = queue.next()) {
    keys.push(item.entry.key);
    queue.delivered(item);
  }
  return keys;
}

describe('the delivery queue', () => {
  it('F1 delivers what is recorded in its order, whatever the order of the calls', () => {
    const { queue } = queueOf([value('a'), step('b'), value('c')], 'c', 'b', 'a');
    expect(deliverAll(queue)).toEqual(['a', 'b', 'c']);
  });

  it('F1 holds back everything behind a recorded outcome until its call is made', () => {
    const { queue, calls } = queueOf([value('a'), step('b')], 'b');
    queue.addAnswer(asked('c'), 1);
    calls.add('c');
    expect(queue.begin()).toBe(false);
    expect(queue.holdUp).toEqual({ missing: 'a', waiting: 'b' });
    calls.add('a');
    expect(queue.holdUp).toBeUndefined();
    expect(deliverAll(queue)).toEqual(['a', 'b', 'c']);
  });

  it('F1 holds back nothing behind an answer, be it recorded or new', () => {
    const { queue } = queueOf([answer('a')], 'c', 'd');
    queue.addAnswer(asked('b'), 1);
    queue.addAnswer(asked('c'), 1);
    queue.add(step('d'));
    expect(queue.holdUp).toBeUndefined();
    expect(deliverAll(queue)).toEqual(['c', 'd']);
    expect(queue.rest.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('F1 has no hold-up while nothing waits behind an outcome, or while it delivers', () => {
    expect(queueOf([value('a'), value('b')]).queue.holdUp).toBeUndefined();
    const { queue, calls } = queueOf([value('a'), value('b'), value('c')], 'a', 'c');
    queue.begin();
    expect(queue.holdUp).toBeUndefined();
    deliverAll(queue);
    expect(queue.holdUp).toEqual({ missing: 'b', waiting: 'c' });
    calls.delete('c');
    expect(queue.holdUp).toBeUndefined();
  });

  it('F1 delivers one item at a time', () => {
    const { queue } = queueOf([value('a'), value('b')], 'a', 'b');
    expect(queue.busy).toBe(false);
    expect(queue.begin()).toBe(true);
    expect(queue.busy).toBe(true);
    expect(queue.begin()).toBe(false);
    deliverAll(queue);
    expect(queue.busy).toBe(false);
  });

  it('F7 finds the first recorded step behind an item, and no step of this round', () => {
    const { queue } = queueOf([step('s'), value('a'), answer('b'), step('t'), step('u')], 's', 'a');
    queue.delivered(queue.next()!);
    expect(queue.stepBehind(queue.next()!)).toBe('t');
    const { queue: other } = queueOf([step('s'), value('a'), value('b')], 's', 'a');
    other.add(step('v'));
    other.delivered(other.next()!);
    expect(other.stepBehind(other.next()!)).toBeUndefined();
  });

  it('F7 drops an item, or it and everything behind it, and can deliver again', () => {
    const { queue } = queueOf([value('a'), value('b'), value('c')], 'a', 'b', 'c');
    queue.begin();
    queue.drop(queue.next()!);
    queue.idle();
    expect(queue.busy).toBe(false);
    expect(queue.begin()).toBe(true);
    expect(queue.dropFrom(queue.next()!).map((item) => item.entry.key)).toEqual(['b', 'c']);
    queue.idle();
    expect(queue.busy).toBe(false);
    expect(queue.rest).toEqual([]);
  });
});

describe('a queue is replaying', () => {
  it('while recorded outcomes are left', () => {
    const { queue } = queueOf([value('a'), step('b')], 'a');
    expect(queue.replaying).toBe(true);
    deliverAll(queue);
    expect(queue.replaying).toBe(true);
    expect(queueOf([answer('a')]).queue.replaying).toBe(false);
  });

  it('until the first new item, where an earlier round has asked', () => {
    const { queue, calls } = queueOf([value('a')], 'a');
    queue.repeatUntilNew();
    queue.addAnswer(asked('b'), 1);
    deliverAll(queue);
    expect(queue.replaying).toBe(true);
    calls.add('b');
    deliverAll(queue);
    expect(queue.replaying).toBe(false);
  });

  it('no longer than to an answer that came earlier and was not reached then', () => {
    const { queue } = queueOf([answer('a')], 'a');
    queue.repeatUntilNew();
    deliverAll(queue);
    expect(queue.replaying).toBe(false);
  });
});
