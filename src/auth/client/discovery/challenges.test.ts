import { describe, expect, it } from 'vitest';
import { LINEAR, growth } from '../../../base/test-support/growth.ts';
import { bearerChallenge } from './challenges.ts';

const read = (header: string | null): unknown => {
  const found = bearerChallenge(header);
  return found === undefined ? undefined : Object.fromEntries(found);
};

describe('(A13) the Bearer challenge', () => {
  it.each<[string | null, unknown]>([
    ['Bearer', {}],
    ['bearer realm="a", scope="x y"', { realm: 'a', scope: 'x y' }],
    ['Basic realm="Bearer x=1", Bearer scope=x', { scope: 'x' }],
    ['Negotiate YWJj==, Bearer scope="a,b"', { scope: 'a,b' }],
    [
      'Bearer error="insufficient_scope",scope = "a" , Basic realm=b',
      { error: 'insufficient_scope', scope: 'a' },
    ],
    ['Bearer realm="a \\"quoted\\" \\\\ text"', { realm: 'a "quoted" \\ text' }],
    ['Bearer scope="first", scope="second"', { scope: 'first' }],
    ['Bearer scope="never ends', {}],
    ['DPoP algs="ES256"', undefined],
    ['', undefined],
    ['scope="x"', undefined],
    [null, undefined],
  ])('in %j', (header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  it.each(['Bearer ', 'a=', 'a="', '\\', ', ', '"\\"', 'Bearer a="b", '])(
    'is read in time that grows with the length: %j',
    (unit) => {
      const repeated = (length: number): string => unit.repeat(length / unit.length);
      expect(growth((text) => void bearerChallenge(text), repeated, 8_000)).toBeLessThan(LINEAR);
    },
  );
});
