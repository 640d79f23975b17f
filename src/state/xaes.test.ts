import { createSecretKey } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { Xaes } from './xaes.ts';

const nonce = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWX');
const plaintext = Buffer.from('XAES-256-GCM');

const vectors = [
  { key: 1, aad: '', sealed: 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271' },
  {
    key: 3,
    aad: 'c2sp.org/XAES-256-GCM',
    sealed: '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d',
  },
];

it('S1 asks for no initialization vector as every platform takes it: Workers refuse null', () => {
  const create = vi.spyOn(process.getBuiltinModule('node:crypto'), 'createCipheriv');
  try {
    void new Xaes(createSecretKey(Buffer.alloc(32)));
    expect(create.mock.calls.map(([, , iv]) => iv)).not.toContain(null);
    expect(create).toHaveBeenCalled();
  } finally {
    create.mockRestore();
  }
});

describe('S1 XAES-256-GCM agrees with the published vectors', () => {
  for (const { key, aad, sealed } of vectors) {
    it(`key ${key}`, () => {
      const xaes = new Xaes(createSecretKey(Buffer.alloc(32, key)));
      const got = Buffer.concat(xaes.seal(nonce, plaintext, Buffer.from(aad)));
      expect(got.toString('hex')).toBe(sealed);
      expect(xaes.open(nonce, got, Buffer.from(aad))).toEqual(plaintext);
      expect(xaes.open(nonce, got, Buffer.from(`${aad}x`))).toBeUndefined();
      expect(xaes.open(nonce, got.subarray(0, 10), Buffer.from(aad))).toBeUndefined();
    });
  }
});
