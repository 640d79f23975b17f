import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../flow/round/host.ts';
import { type FlowOptions, assertRequirements, isVisible, resolvePolicy } from './flow-policy.ts';

const defaults = { stateTtl: 7, limits: DEFAULT_LIMITS };

const policyFor = (options: FlowOptions, warn = (_topic: string, _line: string): void => {}) =>
  resolvePolicy({ ...options, name: 'x' }, defaults, warn);

describe('the policy of a handler', () => {
  it("is the server's where the handler says nothing", () => {
    expect(policyFor({})).toEqual({
      version: '',
      accepts: [],
      stateTtl: 7,
      limits: DEFAULT_LIMITS,
      requires: undefined,
      acceptsUnsolicited: false,
      visible: undefined,
    });
  });

  it("is the handler's where it says something", () => {
    const accepts = ['1'];
    const policy = policyFor({
      version: '2',
      accepts,
      stateTtl: 9,
      roundTimeout: 5,
      unsolicited: 'accept',
    });
    accepts.push('0');
    expect(policy).toMatchObject({ version: '2', accepts: ['1'], stateTtl: 9 });
    expect(policy.acceptsUnsolicited).toBe(true);
    expect(policy.limits).toEqual({ ...DEFAULT_LIMITS, roundTimeout: 5 });
    expect(policyFor({ unsolicited: 'ask' }).acceptsUnsolicited).toBe(false);
  });
});

describe('what is visible', () => {
  const policyOf = (visible: unknown) => policyFor({ visible } as never);
  const ada = { issuer: 'i', subject: 'ada' };

  it('is everything, unless something else is said', () => {
    expect(isVisible(policyFor({}), undefined)).toBe(true);
  });

  it('is decided for each caller', () => {
    const policy = policyOf((principal?: { subject: string }) => principal?.subject === 'ada');
    expect(isVisible(policy, ada)).toBe(true);
    expect(isVisible(policy, undefined)).toBe(false);
  });

  it.each([
    ['throws', () => expect.fail('no database'), /^'visible' of 'x' threw .*no database/s],
    ['answers later', async () => true, 'returned a promise: then nobody sees it.'],
    ['gives something that is like true', () => 1, 'returned neither true nor false'],
    ['rejects later', async () => Promise.reject(new Error('x')), 'returned a promise'],
  ])('is nothing where the check %s, and the log says so', (_what, visible, words) => {
    const lines: [string, string][] = [];
    const policy = policyFor({ visible } as never, (...line) => lines.push(line));
    expect(isVisible(policy, ada)).toBe(false);
    expect(lines).toEqual([['visible x', expect.stringMatching(words)]]);
  });
});

describe('F11 MS-9 what a handler requires', () => {
  const meta = (capabilities: object) => ({ capabilities }) as never;

  it('is nothing, unless something is said', () => {
    expect(() => assertRequirements(policyFor({}), meta({}))).not.toThrow();
  });

  it('is refused with what is missing', () => {
    const policy = policyFor({ requires: { roots: {} } });
    expect(() => assertRequirements(policy, meta({ roots: {} }))).not.toThrow();
    expect(() => assertRequirements(policy, meta({}))).toThrow(
      expect.objectContaining({ code: -32_021, data: { requiredCapabilities: { roots: {} } } }),
    );
  });
});
