import { createSecretKey, randomBytes } from 'node:crypto';
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

describe('S1 a derived key serves many messages', () => {
  const associated = new Uint8Array(5);
  const half = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 12)).toString('hex');

  it('the first half of a nonce is used 4,096 times, and the whole of it once', () => {
    const xaes = new Xaes(createSecretKey(randomBytes(32)));
    const nonces = Array.from({ length: 3 * 4_096 }, () => xaes.nonce());
    expect(new Set(nonces.map((each) => Buffer.from(each).toString('hex'))).size).toBe(3 * 4_096);
    const halves = nonces.map(half);
    expect(new Set(halves).size).toBe(3);
    expect(new Set(halves.slice(0, 4_096)).size).toBe(1);
    expect(new Set(halves.slice(4_096, 2 * 4_096)).size).toBe(1);
  });

  it('two ciphers of one key have no half in common', () => {
    const key = createSecretKey(randomBytes(32));
    expect(half(new Xaes(key).nonce())).not.toBe(half(new Xaes(key).nonce()));
  });

  it('it is derived once for what one instance seals and another one opens', () => {
    const key = createSecretKey(randomBytes(32));
    const [sealing, opening] = [new Xaes(key), new Xaes(key)];
    const messages = Array.from({ length: 20 }, () => {
      const bytes = sealing.nonce();
      return [bytes, Buffer.concat(sealing.seal(bytes, plaintext, associated))] as const;
    });
    const derived = countDerived(() => {
      for (const [bytes, sealed] of messages) {
        expect(opening.open(bytes, sealed, associated)).toEqual(plaintext);
      }
    });
    expect(derived).toBe(1);
  });

  it('keys of 16 instances are remembered, and what was made up displaces none of them', () => {
    const key = createSecretKey(randomBytes(32));
    const opening = new Xaes(key);
    const messages = Array.from({ length: 16 }, () => {
      const sealing = new Xaes(key);
      const bytes = sealing.nonce();
      return [bytes, Buffer.concat(sealing.seal(bytes, plaintext, associated))] as const;
    });
    const openAll = (): void => {
      for (const [bytes, sealed] of messages) {
        expect(opening.open(bytes, sealed, associated)).toEqual(plaintext);
      }
    };
    openAll();
    for (let i = 0; i < 100; i++) {
      expect(opening.open(randomBytes(24), randomBytes(40), associated)).toBeUndefined();
    }
    expect(countDerived(openAll)).toBe(0);
  });

  function countDerived(work: () => void): number {
    const derive = vi.spyOn(process.getBuiltinModule('node:crypto'), 'createSecretKey');
    try {
      work();
      return derive.mock.calls.length;
    } finally {
      derive.mockRestore();
    }
  }
});
