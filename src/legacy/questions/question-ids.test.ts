import { describe, expect, it } from 'vitest';
import { KeyRing, generateKey } from '../../state/key-ring.ts';
import { Sealer } from '../../state/sealer.ts';
import { TaggedQuestionIds } from './question-ids.ts';

const [first, second] = [generateKey(), generateKey()];

function idsUnder(...keys: string[]): TaggedQuestionIds {
  return new TaggedQuestionIds(new Sealer(new KeyRing(keys), 'question'));
}

describe('ids of questions', () => {
  it('L8: every instance with the key recognises an id, for its session only', () => {
    const id = idsUnder(first).next('session-a');
    expect(idsUnder(first).isOf('session-a', id)).toBe(true);
    expect(idsUnder(first).isOf('session-b', id)).toBe(false);
    expect(idsUnder(second).isOf('session-a', id)).toBe(false);
  });

  it('S4: an id is recognised while its key is in the ring, also behind a newer one', () => {
    const id = idsUnder(first).next('session');
    expect(idsUnder(second, first).isOf('session', id)).toBe(true);
  });

  it('L9: an id with any character changed, added or left out is of no session', () => {
    const ids = idsUnder(first);
    const id = ids.next('session');
    for (let at = 0; at < id.length; at++) {
      const other = id[at] === 'A' ? 'B' : 'A';
      expect(ids.isOf('session', id.slice(0, at) + other + id.slice(at + 1))).toBe(false);
    }
    for (const wrong of [`${id}A`, id.slice(1), '', '\u00e9'.repeat(44), 1, null]) {
      expect(ids.isOf('session', wrong)).toBe(false);
    }
  });

  it('no two ids are the same', () => {
    const ids = idsUnder(first);
    expect(new Set(Array.from({ length: 100 }, () => ids.next('session'))).size).toBe(100);
  });
});
