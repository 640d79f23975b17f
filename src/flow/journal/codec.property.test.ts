import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HANGS, draws } from '../../base/test-support/fuzz.ts';
import { decode, encode } from './codec.ts';

const rich = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.json().map((text): unknown => JSON.parse(text)),
    fc.constantFrom(undefined, NaN, Infinity, -Infinity, -0),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array(),
    fc.float64Array(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value')),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('~', '~d', '~o', 'toString')),
      tie('value'),
      {
        noNullPrototype: true,
      },
    ),
    fc.array(fc.tuple(tie('value'), tie('value'))).map((pairs) => new Map(pairs)),
    fc.array(tie('value')).map((items) => new Set(items)),
  ),
})).value;

it(
  'F6 the codec gives back whatever it was given',
  () => {
    const property = fc.property(rich, (value) => {
      expect(decode(JSON.parse(JSON.stringify(encode(value))))).toStrictEqual(value);
    });
    fc.assert(property, draws(2_000));
  },
  HANGS,
);
