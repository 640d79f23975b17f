import { describe, expect, it } from 'vitest';
import type { Binding } from './binding.ts';
import { principalTag } from './binding.ts';
import { CLOCK_SKEW, type Expectation, type FailedCheck, type FlowState } from './claims.ts';
import { KeyRing, generateKey, parseKeys } from './key-ring.ts';
import { Sealer } from './sealer.ts';
import { StateSeal, StateRefusal, sealedProtection, unsafePlaintext } from './state-seal.ts';
import { NOW, testState } from './test-support/state.ts';

const ring = new KeyRing([generateKey()]);

function stateSeal(options: { ring?: KeyRing; max?: number; now?: number } = {}): StateSeal {
  const { max = 32_768, now = NOW } = options;
  return new StateSeal(sealedProtection(options.ring ?? ring), max, () => now);
}

const expected: Expectation = { ...testState().binding, accepts: [] };

function refusal(
  sealed: string,
  from = stateSeal(),
  expectation: Expectation = expected,
): FailedCheck {
  try {
    from.open(sealed, expectation);
  } catch (error) {
    if (error instanceof StateRefusal) return error.check;
    throw error;
  }
  throw new Error('the state was accepted');
}

describe('S1 a sealed state', () => {
  it('opens to what it was', () => {
    expect(stateSeal().open(stateSeal().seal(testState()), expected)).toEqual(testState());
  });

  it('is different every time and shows nothing of what it holds (MS-14)', () => {
    const [first, second] = [stateSeal().seal(testState()), stateSeal().seal(testState())];
    expect(first).not.toBe(second);
    const bytes = Buffer.from(first, 'base64url').toString('latin1');
    for (const word of ['releases', 'deploy', 'yes', 'BBBB']) expect(bytes).not.toContain(word);
  });

  it('is not made of what its server keeps, which is refused where it comes from a client', () => {
    const kept = stateSeal().sealIfLong(testState());
    expect(stateSeal().openOwn(kept, expected)).toEqual(testState());
    expect(stateSeal().openOwn(stateSeal().seal(testState()), expected)).toEqual(testState());
    expect(refusal(kept)).toBe('seal');
    const damaged = (): unknown => stateSeal().openOwn(kept.slice(0, -1), expected);
    expect(damaged).toThrow(StateRefusal);
  });

  it('costs at most 64 bytes of nonce, tag and header', () => {
    const sealed = Buffer.from(new Sealer(ring, 'state').seal(''), 'base64url');
    expect(sealed.length).toBeLessThanOrEqual(64);
    expect(new Sealer(ring, 'state').open(sealed.toString('base64url'))).toBe('');
  });

  it('of another version is refused, whoever sealed it', () => {
    const key = ring.sealing;
    const sealedAs = (version: number): string => {
      const header = Uint8Array.from([version, ...key.id]);
      const nonce = new Uint8Array(24);
      const body = key.cipher('state').seal(nonce, '[]', header);
      return Buffer.concat([header, nonce, ...body]).toString('base64url');
    };
    expect(refusal(sealedAs(1))).toBe('shape');
    expect(refusal(sealedAs(2))).toBe('seal');
  });

  it('is refused after any change of a single byte (MS-15)', () => {
    const sealed = stateSeal().seal(testState());
    const bytes = Buffer.from(sealed, 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      for (const change of [1, 0x80, 0xff]) {
        const changed = Buffer.from(bytes);
        changed[i]! ^= change;
        expect(refusal(changed.toString('base64url'))).toBe('seal');
      }
    }
  });

  it('is refused after any change of a single character', () => {
    const sealed = stateSeal().seal(testState());
    for (let i = 0; i < sealed.length; i++) {
      const other = sealed[i] === 'A' ? 'B' : 'A';
      expect(refusal(sealed.slice(0, i) + other + sealed.slice(i + 1))).toBe('seal');
    }
  });

  it('is refused truncated, extended, doubled and empty', () => {
    const sealed = stateSeal().seal(testState());
    for (let i = 0; i < sealed.length; i++) expect(refusal(sealed.slice(0, i))).toBe('seal');
    for (const tail of ['A', 'AA', '-TAMPERED', '=', '==', '\n', ' ', '.']) {
      expect(refusal(sealed + tail)).toBe('seal');
      expect(refusal(tail + sealed)).toBe('seal');
    }
    expect(refusal(sealed + sealed)).toBe('seal');
  });

  it('T7 is refused in any other spelling of the same bytes', () => {
    const content = { pad: '' };
    const lengths = new Set<number>();
    const others: string[] = [];
    for (let pad = 0; pad < 3; pad++) {
      content.pad = 'x'.repeat(pad);
      const sealed = stateSeal().seal(testState({ content: { ...content } }));
      lengths.add(sealed.length % 4);
      const bytes = Buffer.from(sealed, 'base64url');
      const standard = bytes.toString('base64');
      others.push(standard);
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const last = alphabet.indexOf(sealed.at(-1)!);
      for (const bits of [1, 2, 3]) {
        const loose = sealed.slice(0, -1) + alphabet[last ^ bits]!;
        if (Buffer.from(loose, 'base64url').equals(bytes)) others.push(loose);
      }
    }
    expect(lengths.size).toBe(3);
    expect(others.length).toBeGreaterThan(3);
    for (const other of others) expect(refusal(other)).toBe('seal');
  });

  it('does not open for another purpose', () => {
    const spilled = new Sealer(ring, 'spill').seal('[]');
    expect(refusal(spilled)).toBe('seal');
    expect(
      new Sealer(ring, 'task').open(new Sealer(ring, 'task').seal('x', 'row 1'), 'row 1'),
    ).toBe('x');
    expect(
      new Sealer(ring, 'task').open(new Sealer(ring, 'task').seal('x', 'row 1'), 'row 2'),
    ).toBe(undefined);
  });
});

describe('S2 the claims of a state', () => {
  const cases: [keyof Binding, FailedCheck][] = [
    ['audience', 'audience'],
    ['method', 'method'],
    ['target', 'target'],
    ['argumentsDigest', 'arguments'],
    ['principal', 'principal'],
    ['version', 'version'],
  ];
  for (const [claim, check] of cases) {
    it(`hold it to its ${check}`, () => {
      const sealed = stateSeal().seal(testState());
      expect(refusal(sealed, stateSeal(), { ...expected, [claim]: 'another' })).toBe(check);
    });
  }

  it('F12 let a handler continue the older versions it accepts', () => {
    const sealed = stateSeal().seal(
      testState({ binding: { ...testState().binding, version: '1' } }),
    );
    const current = { ...expected, version: '3' };
    expect(refusal(sealed, stateSeal(), { ...current, accepts: ['2'] })).toBe('version');
    expect(stateSeal().open(sealed, { ...current, accepts: ['2', '1'] }).round).toBe(2);
  });

  it('S8 hold it to its times, with a minute of skew both ways', () => {
    const sealed = stateSeal().seal(testState());
    const { issuedAt, expiresAt } = testState();
    const at = (now: number): string => {
      try {
        stateSeal({ now }).open(sealed, expected);
        return 'accepted';
      } catch (error) {
        return (error as StateRefusal).check;
      }
    };
    expect(at(issuedAt - CLOCK_SKEW)).toBe('accepted');
    expect(at(issuedAt - CLOCK_SKEW - 1)).toBe('issued_in_future');
    expect(at(expiresAt + CLOCK_SKEW)).toBe('accepted');
    expect(at(expiresAt + CLOCK_SKEW + 1)).toBe('expired');
    expect(at(Number.NaN)).toBe('issued_in_future');
    const late = stateSeal().seal(testState({ expiresAt: Infinity, deadline: NOW }));
    expect(refusal(late)).toBe('shape');
    const due = stateSeal().seal(testState({ deadline: NOW - CLOCK_SKEW }));
    expect(stateSeal().open(due, expected).round).toBe(2);
    const overdue = stateSeal().seal(testState({ deadline: NOW - CLOCK_SKEW - 1 }));
    expect(refusal(overdue)).toBe('deadline');
  });

  it('bind it to the caller, not to its token (MS-16, AU-5)', () => {
    const ada = { issuer: 'https://id.example', subject: 'ada' };
    expect(principalTag(ada)).toBe(principalTag({ ...ada }));
    const others = [
      undefined,
      { issuer: 'https://id.example', subject: 'bob' },
      { issuer: 'https://id.other', subject: 'ada' },
      { issuer: 'https://id.examplea', subject: 'da' },
      { ...ada, bind: ['tenant'] },
      { ...ada, bind: [''] },
      { ...ada, bind: ['', ''] },
    ];
    const tags = [ada, ...others].map(principalTag);
    expect(new Set(tags).size).toBe(tags.length);
    expect(principalTag(undefined)).toBe('anonymous');
  });

  it('tell callers apart whatever characters their names are made of', () => {
    for (let code = 0; code < 128; code++) {
      const between = String.fromCharCode(code);
      const one = { issuer: 'a', subject: `b${between}c` };
      const two = { issuer: `a${between}b`, subject: 'c' };
      const three = { issuer: 'a', subject: 'b', bind: ['c'] };
      expect(new Set([one, two, three].map(principalTag)).size).toBe(3);
    }
    const counted = { issuer: '1:a1:b', subject: '' };
    expect(principalTag(counted)).not.toBe(principalTag({ issuer: 'a', subject: 'b', bind: [''] }));
  });

  it('hold a caller without extra strings to none', () => {
    const ada = { issuer: 'https://id.example', subject: 'ada' };
    expect(principalTag({ ...ada, bind: [] })).toBe(principalTag(ada));
  });
});

describe('S4 a ring of keys', () => {
  const [old, next] = [generateKey(), generateKey()];

  it('rotates without losing a flow', () => {
    const before = stateSeal({ ring: new KeyRing([old]) }).seal(testState());
    const during = new KeyRing([old, next]);
    const after = new KeyRing([next, old]);
    expect(stateSeal({ ring: during }).open(before, expected).round).toBe(2);
    const newer = stateSeal({ ring: after }).seal(testState());
    expect(stateSeal({ ring: during }).open(newer, expected).round).toBe(2);
    expect(stateSeal({ ring: after }).open(before, expected).round).toBe(2);
    expect(refusal(before, stateSeal({ ring: new KeyRing([next]) }))).toBe('seal');
  });

  it('copies its keys', () => {
    const bytes = new Uint8Array(32).fill(7);
    const mine = new KeyRing([bytes]);
    const sealed = stateSeal({ ring: mine }).seal(testState());
    bytes.fill(0);
    expect(stateSeal({ ring: mine }).open(sealed, expected).round).toBe(2);
  });

  it('tries the keys a state names, and no others', () => {
    const mine = new KeyRing([old, next, old]);
    const id = mine.sealing.id;
    expect(mine.named(id).map((key) => key.id)).toEqual([id, id]);
    const similar = Uint8Array.from(id, (byte, i) => (i === 0 ? byte : byte ^ 1));
    expect(mine.named(similar)).toEqual([]);
  });

  it('derives the cipher of a purpose once', () => {
    const key = new KeyRing([old]).sealing;
    expect(key.cipher('state')).toBe(key.cipher('state'));
    expect(key.cipher('task')).not.toBe(key.cipher('state'));
  });

  it('is read from text: keys between commas, blanks around them', () => {
    expect(parseKeys(`${next}`)).toEqual([next]);
    expect(parseKeys(` ${next} ,\n${old}\n`)).toEqual([next, old]);
  });

  it('refuses what is no key, without showing it', () => {
    for (const key of ['', 'short', `${old}=`, 'x'.repeat(44), new Uint8Array(31)]) {
      expect(() => new KeyRing([next, key])).toThrow(/^State key 2 is not 32 bytes/);
    }
    expect(() => new KeyRing([])).toThrow(expect.objectContaining({ code: 'invalid_options' }));
  });
});

describe('S5 plaintext', () => {
  const plain = new StateSeal(unsafePlaintext, 32_768, () => NOW);

  it('works where it is configured, and is refused both ways where it is not', () => {
    const text = plain.seal(testState());
    expect(plain.open(text, expected)).toEqual(testState());
    expect(refusal(text)).toBe('seal');
    expect(refusal(stateSeal().seal(testState()), plain)).toBe('seal');
  });

  it('is checked like any other input', () => {
    const forge = (value: unknown): string => unsafePlaintext.seal(JSON.stringify(value));
    expect(refusal(forge({}), plain)).toBe('shape');
    expect(refusal(unsafePlaintext.seal('not json'), plain)).toBe('shape');
    expect(refusal('plain.?', plain)).toBe('seal');
    expect(refusal(plain.seal(testState()).replace('plain', 'PLAIN'), plain)).toBe('seal');
    const parts = JSON.parse(
      Buffer.from(plain.seal(testState()).slice(6), 'base64url').toString(),
    ) as unknown[];
    expect(parts).toHaveLength(15);
    for (let i = 0; i < 14; i++) {
      const forged = [...parts];
      forged[i] = null;
      expect(refusal(forge(forged), plain)).toBe('shape');
    }
    expect(refusal(forge(parts.slice(0, 14)), plain)).toBe('shape');
    expect(refusal(forge([...parts, null]), plain)).toBe('shape');
    expect(refusal(forge([0, ...parts.slice(1)]), plain)).toBe('shape');
  });

  it('S3 is told apart if a newer version has written it, whatever else is in it', () => {
    const forge = (value: unknown): string => unsafePlaintext.seal(JSON.stringify(value));
    expect(refusal(forge([2, 'x']), plain)).toBe('format');
    expect(refusal(forge([2.5]), plain)).toBe('format');
    expect(refusal(forge(['2']), plain)).toBe('shape');
  });
});

describe('S6 the size of a state', () => {
  const big: FlowState = testState({ content: 'x'.repeat(2_000) });

  it('is capped when it is made', () => {
    expect(() => stateSeal({ max: 1_000 }).seal(big)).toThrow(
      expect.objectContaining({ code: 'state_too_large' }),
    );
  });

  it('is checked before anything is decoded', () => {
    expect(refusal(stateSeal().seal(big), stateSeal({ max: 1_000 }))).toBe('size');
  });

  it('may be exactly the cap', () => {
    const sealed = stateSeal().seal(big);
    const exact = stateSeal({ max: sealed.length });
    expect(exact.open(exact.seal(big), expected)).toEqual(big);
    expect(refusal(sealed, stateSeal({ max: sealed.length - 1 }))).toBe('size');
    expect(() => stateSeal({ max: sealed.length - 1 }).seal(big)).toThrow('at most');
  });
});
