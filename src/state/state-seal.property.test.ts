import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HANGS, draws } from '../base/test-support/fuzz.ts';
import { KeyRing, generateKey } from './key-ring.ts';
import { StateSeal, sealedProtection } from './state-seal.ts';
import { NOW, testState } from './test-support/state.ts';

it(
  'S1 a state is refused when it is nothing of ours',
  () => {
    const ring = new KeyRing([generateKey()]);
    const stateSeal = new StateSeal(sealedProtection(ring), 32_768, () => NOW);
    const expected = { ...testState().binding, accepts: [] };
    const property = fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(() => stateSeal.open(text, expected)).toThrow(
        expect.objectContaining({ name: 'StateRefusal', check: 'seal' }),
      );
    });
    fc.assert(property, draws(2_000));
  },
  HANGS,
);
