import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HANGS, draws } from '../base/test-support/fuzz.ts';
import type { JsonValue } from '../base/json/json.ts';
import { canonicalJson } from './canonical.ts';

it(
  'S2 canonical JSON (RFC 8785) agrees with another implementation',
  () => {
    const property = fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const value = JSON.parse(text) as JsonValue;
      expect(canonicalJson(value)).toBe(canonicalize(value));
    });
    fc.assert(property, draws(2_000));
  },
  HANGS,
);
