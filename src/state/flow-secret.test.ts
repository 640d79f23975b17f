import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FlowSecret, randomId } from './flow-secret.ts';

const BYTES = Buffer.from('0123456789abcdef');
const secret = FlowSecret.from(BYTES.toString('base64url'));

describe("F10 F18 a flow's secret", () => {
  it('is 128 random bits, as base64url', () => {
    const texts = Array.from({ length: 100 }, () => FlowSecret.create().text);
    for (const text of texts) expect(text).toMatch(/^[\w-]{22}$/);
    expect(new Set(texts).size).toBe(100);
  });

  it('derives an HMAC-SHA-256 of the label', () => {
    const expected = createHmac('sha256', BYTES).update('step:pay').digest();
    expect(Buffer.from(secret.derive('step:pay'))).toEqual(expected);
    expect(Buffer.from(secret.derive('step:ship'))).not.toEqual(expected);
  });

  it('derives the same in every round', () => {
    const made = FlowSecret.create();
    const later = FlowSecret.from(made.text);
    expect(later.derive('random:0')).toEqual(made.derive('random:0'));
    expect(later.derive('random:0')).toEqual(made.derive('random:0'));
    expect(later.digest('Go?')).toBe(made.digest('Go?'));
  });

  it('that an unprotected state has made up does no harm', () => {
    expect(FlowSecret.from('?').derive('step:pay')).toHaveLength(32);
  });
});

describe('F7 the digest of a question', () => {
  it('is 72 bits that tell texts and flows apart', () => {
    expect(secret.digest('Go?')).toMatch(/^[\w-]{12}$/);
    expect(secret.digest('Go!')).not.toBe(secret.digest('Go?'));
    expect(secret.digest('\ud800')).not.toBe(secret.digest('\ud801'));
    expect(secret.digest('\ud800')).not.toBe(secret.digest('\\ud800'));
    expect(FlowSecret.create().digest('Go?')).not.toBe(secret.digest('Go?'));
  });
});

it('a random id is 128 bits as base64url, and never the same', () => {
  const ids = Array.from({ length: 100 }, randomId);
  for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  expect(new Set(ids).size).toBe(100);
});

it('no random id begins as an option of a command line does', () => {
  // One of 64 would.
  const ids = Array.from({ length: 2_000 }, randomId);
  expect(ids.filter((id) => id.startsWith('-'))).toEqual([]);
});
