import { afterEach, describe, expect, it, vi } from 'vitest';
import { KeyRing, generateKey } from './key-ring.ts';
import { Sealer } from './sealer.ts';

/** A second copy of the code, loaded in a runtime that has `node:crypto` and no global Buffer. */
async function withoutBuffer(key: string): Promise<Sealer> {
  vi.resetModules();
  vi.stubGlobal('Buffer', undefined);
  const [keys, sealer] = [await import('./key-ring.ts'), await import('./sealer.ts')];
  return new sealer.Sealer(new keys.KeyRing([key]), 'state');
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('S1 sealing where there is no global Buffer', () => {
  it('makes what is opened elsewhere, and opens what was made there', async () => {
    const key = generateKey();
    const elsewhere = new Sealer(new KeyRing([key]), 'state');
    const made = elsewhere.seal('émigré', 'row 1');
    const sealer = await withoutBuffer(key);
    expect(globalThis.Buffer).toBeUndefined();
    const opened = sealer.open(made, 'row 1');
    const sealed = sealer.seal('émigré', 'row 1');
    vi.unstubAllGlobals();
    expect(opened).toBe('émigré');
    expect(elsewhere.open(sealed, 'row 1')).toBe('émigré');
    expect(elsewhere.open(sealed, 'row 2')).toBeUndefined();
  });

  it('opens only the one canonical encoding', async () => {
    const key = generateKey();
    const sealer = await withoutBuffer(key);
    // 47 bytes: the last character carries two bits that have to be zero.
    const sealed = sealer.seal('ok');
    const last = sealed.at(-1)!;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const next = alphabet[alphabet.indexOf(last) + 1]!;
    const others = [`${sealed}=`, `${sealed}==`, `${sealed} `, `${sealed}A`];
    const opened = [...others, sealed.slice(0, -1) + next].map((text) => sealer.open(text));
    vi.unstubAllGlobals();
    expect(sealed).toHaveLength(63);
    expect(opened).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});
