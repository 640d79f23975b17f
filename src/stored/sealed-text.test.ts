import { expect, it } from 'vitest';
import { KeyRing } from '../state/key-ring.ts';
import { Sealer } from '../state/sealer.ts';
import { contentBytes } from './sealed-text.ts';

it.each([0, 1, 2, 3, 1_000, 1_048_576])(
  'K19 a text of %i bytes counts the same, sealed or not',
  (bytes) => {
    const text = 'x'.repeat(bytes);
    const sealer = new Sealer(new KeyRing(['A'.repeat(43)]), 'task');
    expect(contentBytes({ keyId: '', text })).toBe(bytes);
    expect(contentBytes({ keyId: sealer.keyId, text: sealer.seal(text, 'here') })).toBe(bytes);
  },
);
