import { createHash, createSecretKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { HANGS } from '../base/test-support/fuzz.ts';
import { Xaes } from './xaes.ts';

it(
  'S1 XAES-256-GCM agrees with the published sum over 10,000 random messages',
  () => {
    const stream = createHash('shake128', { outputLength: 4_000_000 }).digest();
    const sum = createHash('shake128', { outputLength: 32 });
    let [at, opened] = [0, 0];
    const take = (n: number): Buffer => stream.subarray(at, (at += n));
    for (let i = 0; i < 10_000; i++) {
      const key = take(32);
      const random = take(24);
      const message = take(take(1)[0]!);
      const aad = take(take(1)[0]!);
      const xaes = new Xaes(createSecretKey(key));
      const sealed = Buffer.concat(xaes.seal(random, message, aad));
      if (xaes.open(random, sealed, aad)?.equals(message)) opened++;
      sum.update(sealed);
    }
    expect(opened).toBe(10_000);
    expect(sum.digest('hex')).toBe(
      'e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939',
    );
  },
  HANGS,
);
