import nodeCrypto from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { crypto, randomBytes, sha256 } from './crypto.ts';

/** Does `work` with a module of its own, where `process` is what a runtime has in its place. */
async function whereProcessIs<T>(
  process: unknown,
  work: (fresh: typeof import('./crypto.ts')) => T,
): Promise<T> {
  vi.resetModules();
  const fresh = await import('./crypto.ts');
  vi.stubGlobal('process', process);
  try {
    return work(fresh);
  } finally {
    vi.unstubAllGlobals();
    // Files share modules: the next one must not get this one's.
    vi.resetModules();
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('S1 a runtime without node:crypto', () => {
  const processes: [string, unknown][] = [
    ['no process', undefined],
    ['a process that cannot be asked', {}],
    ['a process that does not have it', { getBuiltinModule: () => undefined }],
  ];
  it.each(processes)('%s is named in the error', async (_name, process) => {
    const caught = await whereProcessIs(process, (fresh) => {
      try {
        return fresh.crypto();
      } catch (error) {
        return error;
      }
    });
    expect(caught).toMatchObject({ code: 'crypto_unavailable' });
  });
});

describe('S1 the advice for a runtime without node:crypto', () => {
  it.each([
    ['EdgeRuntime', 'edge-runtime', /Node.js function.*runtime = 'nodejs'/, /nodejs_compat/],
    ['navigator', { userAgent: 'Cloudflare-Workers' }, /nodejs_compat/, /function/],
    ['navigator', { userAgent: 'Mozilla/5.0' }, /Node, Bun and Deno have it/, /function/],
  ])('is for that runtime: %s %j', async (name, value, words, others) => {
    const message = await whereProcessIs(undefined, (fresh) => {
      vi.stubGlobal(name, value);
      try {
        return String(fresh.crypto());
      } catch (error) {
        return String(error);
      }
    });
    expect(message).toMatch(words);
    expect(message).not.toMatch(others);
  });
});

describe('SHA-256', () => {
  const ABC = 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0';

  it('agrees with the published digest', () => {
    expect(sha256('abc')).toBe(ABC);
  });

  it('is the same on runtimes without the one-shot form', async () => {
    const older = { ...nodeCrypto, hash: undefined };
    const digest = await whereProcessIs({ getBuiltinModule: () => older }, (fresh) =>
      fresh.sha256('abc'),
    );
    expect(digest).toBe(ABC);
  });

  it('uses the one-shot form, which costs half, where there is one', async () => {
    const newer = { ...nodeCrypto, hash: (...args: unknown[]) => args.join(' ') };
    const digest = await whereProcessIs({ getBuiltinModule: () => newer }, (fresh) =>
      fresh.sha256('abc'),
    );
    expect(digest).toBe('sha256 abc base64url');
  });
});

describe('S1 random bytes', () => {
  it('are as many as asked for, and never the same', () => {
    const drawn = Array.from({ length: 1_000 }, () => randomBytes(24));
    expect(drawn.every((bytes) => bytes.length === 24)).toBe(true);
    expect(new Set(drawn.map(String)).size).toBe(1_000);
  });

  it('are drawn from the system many at a time', () => {
    const draw = vi.spyOn(crypto(), 'randomFillSync');
    for (let i = 0; i < 1_000; i++) randomBytes(24);
    expect(draw.mock.calls.length).toBeGreaterThan(0);
    expect(draw.mock.calls.length).toBeLessThan(10);
  });
});
