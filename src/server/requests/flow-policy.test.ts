import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../flow/round/host.ts';
import { assertRequirements, isVisible, resolvePolicy } from './flow-policy.ts';

const defaults = { stateTtl: 7, limits: DEFAULT_LIMITS };

describe('the policy of a handler', () => {
  it("is the server's where the handler says nothing", () => {
    expect(resolvePolicy({}, defaults)).toEqual({
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
    const policy = resolvePolicy(
      { version: '2', accepts, stateTtl: 9, roundTimeout: 5, unsolicited: 'accept' },
      defaults,
    );
    accepts.push('0');
    expect(policy).toMatchObject({ version: '2', accepts: ['1'], stateTtl: 9 });
    expect(policy.acceptsUnsolicited).toBe(true);
    expect(policy.limits).toEqual({ ...DEFAULT_LIMITS, roundTimeout: 5 });
    expect(resolvePolicy({ unsolicited: 'ask' }, defaults).acceptsUnsolicited).toBe(false);
  });
});

describe('what is visible', () => {
  const policyOf = (visible: unknown) => resolvePolicy({ visible } as never, defaults);
  const ada = { issuer: 'i', subject: 'ada' };

  it('is everything, unless something else is said', () => {
    expect(isVisible(resolvePolicy({}, defaults), undefined)).toBe(true);
  });

  it('is decided for each caller', () => {
    const policy = policyOf((principal?: { subject: string }) => principal?.subject === 'ada');
    expect(isVisible(policy, ada)).toBe(true);
    expect(isVisible(policy, undefined)).toBe(false);
  });

  it.each([
    ['throws', () => expect.fail('x')],
    ['answers later', async () => true],
    ['gives something that is like true', () => 1],
    ['rejects later', async () => Promise.reject(new Error('x'))],
  ])('is nothing where the check %s', (_what, visible) => {
    expect(isVisible(policyOf(visible), ada)).toBe(false);
  });
});

describe('F11 MS-9 what a handler requires', () => {
  const meta = (capabilities: object) => ({ capabilities }) as never;

  it('is nothing, unless something is said', () => {
    expect(() => assertRequirements(resolvePolicy({}, defaults), meta({}))).not.toThrow();
  });

  it('is refused with what is missing', () => {
    const policy = resolvePolicy({ requires: { roots: {} } }, defaults);
    expect(() => assertRequirements(policy, meta({ roots: {} }))).not.toThrow();
    expect(() => assertRequirements(policy, meta({}))).toThrow(
      expect.objectContaining({ code: -32_021, data: { requiredCapabilities: { roots: {} } } }),
    );
  });
});
