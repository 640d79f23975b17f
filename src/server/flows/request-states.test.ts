import { describe, expect, it, vi } from 'vitest';
import type { JsonValue } from '../../base/json/json.ts';
import { KeyRing, generateKey } from '../../state/key-ring.ts';
import { argumentsDigest } from '../../state/arguments-digest.ts';
import { principalTag } from '../../state/binding.ts';
import { DEFAULT_MAX_STATE, StateSeal, sealedProtection } from '../../state/state-seal.ts';
import type { FlowCall } from './flow-call.ts';
import { RequestStates, type Standing } from './request-states.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;

const ring = new KeyRing([generateKey()]);

interface Changes {
  readonly params?: object;
  readonly principal?: object;
  readonly authorization?: string;
  readonly policy?: object;
  readonly target?: string;
  readonly keepsStates?: boolean;
  readonly wrapper?: object;
}

/** A call of a tool, as far as states are concerned with it. */
function callWith(changes: Changes = {}) {
  const { params, principal, authorization, policy, target = 'pay', ...rest } = changes;
  const { keepsStates, wrapper } = rest;
  const headers = new Headers(authorization ? { authorization } : {});
  return {
    wrapper,
    method: 'tools/call',
    target,
    params: { arguments: { amount: 5 }, ...params },
    meta: { capabilities: { roots: {} } },
    exchange: { principal, headers, keepsStates },
    policy: { version: '2', accepts: ['1'], stateTtl: HOUR, ...policy },
  } as unknown as FlowCall;
}

/** States of one instance, whose clock can be set. */
function instance(max = DEFAULT_MAX_STATE, note?: (line: string) => void) {
  const log: string[] = [];
  const clock = { now: NOW };
  const now = (): number => clock.now;
  const states = new RequestStates({
    stateSeal: () => new StateSeal(sealedProtection(ring), max, now),
    audience: 'shop',
    flowTtl: 24 * HOUR,
    now,
    onUnbound: () => log.push('unbound'),
    large: undefined,
    onRefused: note ?? ((check) => log.push(check)),
  });
  // Without a store nothing of it takes time.
  const atOnce = {
    open: (call: FlowCall) => states.open(call) as Standing,
    seal: (...given: Parameters<RequestStates['seal']>) => states.seal(...given) as string,
  };
  return { states: atOnce, clock, log };
}

const NOTHING = { entries: [], asked: [] };
const step = { kind: 'step', key: 'work', outcome: { type: 'value', value: 1 } } as const;

describe('S2 a state of a flow', () => {
  it('brings the flow to another instance as it stands', () => {
    const [one, other] = [instance(), instance()];
    const first = one.states.open(callWith());
    expect(first).toMatchObject({ round: 1, recorded: NOTHING, manual: undefined });
    const recorded = { entries: [step], asked: [] };
    const manual = { keys: ['a'], requestState: 'mine' };
    const requestState = one.states.seal(callWith(), first, recorded, manual);
    const second = other.states.open(callWith({ params: { requestState } }));
    expect(second).toMatchObject({ round: 2, recorded, manual });
    expect(second.flow.origin).toEqual(first.flow.origin);
    expect(other.log).toEqual([]);
  });

  it('S1 L14 is not sealed where no client gets it, and there only', () => {
    const { states, log } = instance();
    const own = { keepsStates: true };
    const recorded = { entries: [step], asked: [] };
    const first = states.open(callWith(own));
    const requestState = states.seal(callWith(own), first, recorded);
    expect(requestState).toContain('"work"');
    const second = states.open(callWith({ ...own, params: { requestState } }));
    expect(second).toMatchObject({ round: 2, recorded });
    expect(() => states.open(callWith({ params: { requestState } }))).toThrow();
    const other = callWith({ ...own, target: 'refund', params: { requestState } });
    expect(() => states.open(other)).toThrow();
    expect(log).toEqual(['seal', 'target']);
  });

  it('S1 L14 is sealed where an extension may give it to somebody else, or it is long', () => {
    const { states } = instance(1_000);
    const own = { keepsStates: true };
    const first = states.open(callWith(own));
    const wrapped = states.seal(callWith({ ...own, wrapper: {} }), first, NOTHING);
    expect(wrapped).toMatch(/^[\w-]+$/);
    expect(states.open(callWith({ ...own, params: { requestState: wrapped } })).round).toBe(2);
    const recorded = { entries: [{ ...step, key: 'k'.repeat(200) }], asked: [] };
    expect(states.seal(callWith(own), first, recorded)).toMatch(/^[\w-]+$/);
    const long = { entries: [{ ...step, key: 'k'.repeat(2_000) }], asked: [] };
    expect(() => states.seal(callWith(own), first, long)).toThrow('at most 1000');
  });

  it('has nothing by hand where nothing was asked by hand', () => {
    const { states } = instance();
    const requestState = states.seal(callWith(), states.open(callWith()), NOTHING);
    expect(states.open(callWith({ params: { requestState } })).manual).toBeUndefined();
    const seal = new StateSeal(sealedProtection(ring), DEFAULT_MAX_STATE, () => NOW);
    const state = seal.read(requestState);
    const older = seal.seal({ ...state, content: [...(state.content as JsonValue[]), null] });
    expect(states.open(callWith({ params: { requestState: older } })).manual).toBeUndefined();
  });

  it('brings along what links its rounds, and is not held to it', () => {
    const { states } = instance();
    const first = states.open(callWith());
    const sealed = (): string => states.seal(callWith(), first, NOTHING);
    const opened = (requestState: string): unknown =>
      states.open(callWith({ params: { requestState } })).flow.trace;
    expect(opened(sealed())).toBeUndefined();
    first.flow.trace = 'x'.repeat(64);
    expect(opened(sealed())).toBe('x'.repeat(64));
    first.flow.trace = 'x'.repeat(65);
    expect(opened(sealed())).toBeUndefined();
  });

  it('P8 has what links its rounds behind the members that older versions read', () => {
    const { states } = instance();
    const first = states.open(callWith());
    const contentOf = (): unknown[] => {
      const seal = new StateSeal(sealedProtection(ring), DEFAULT_MAX_STATE, () => NOW);
      const text = states.seal(callWith(), first, NOTHING);
      const version = { accepts: [], version: '2', audience: 'shop', method: 'tools/call' };
      const rest = { target: 'pay', principal: principalTag(undefined) };
      const digest = argumentsDigest({ amount: 5 });
      const state = seal.open(text, { ...version, ...rest, argumentsDigest: digest });
      return state.content as unknown[];
    };
    const without = contentOf();
    first.flow.trace = 'a';
    expect(contentOf()).toEqual([...without, null, 'a']);
    expect(without).toHaveLength(2);
  });

  const others: [string, Changes][] = [
    ['arguments', { params: { arguments: { amount: 6 } } }],
    ['arguments', { params: { arguments: { amount: '\ud800' } } }],
    ['target', { target: 'refund' }],
    ['principal', { principal: { issuer: 'i', subject: 'ada' } }],
    ['version', { policy: { version: '3' } }],
  ];
  it.each(others)(
    'S3 is refused for another call, and only the log says why: %s',
    (check, changes) => {
      const { states, log } = instance();
      const requestState = states.seal(callWith(), states.open(callWith()), NOTHING);
      const params = { requestState, ...changes.params };
      expect(() => states.open(callWith({ ...changes, params }))).toThrow(
        expect.objectContaining({
          code: -32_602,
          message: 'Invalid or expired requestState',
          data: { reason: 'request_state' },
        }),
      );
      expect(log).toEqual([check]);
    },
  );

  it.each([null, 7, {}, ['x'], true])('S3 is refused if it is no text: %j', (requestState) => {
    const { states, log } = instance();
    expect(() => states.open(callWith({ params: { requestState } }))).toThrow('Invalid or expired');
    expect(log).toEqual(['shape']);
  });

  it('F12 of an older version is taken where the handler accepts it', () => {
    const { states } = instance();
    const older = callWith({ policy: { version: '1' } });
    const requestState = states.seal(older, states.open(older), NOTHING);
    expect(states.open(callWith({ params: { requestState } })).round).toBe(2);
  });

  it('S3 that cannot be read although its seal is good is refused', () => {
    const { states, log } = instance();
    const recorded = { entries: [{ ...step, kind: 'unheard-of' as 'step' }], asked: [] };
    const requestState = states.seal(callWith(), states.open(callWith()), recorded);
    expect(() => states.open(callWith({ params: { requestState } }))).toThrow('Invalid or expired');
    expect(log).toEqual(['shape']);
  });

  it('S3 of a newer version is not refused for good: another instance may read it', () => {
    const { states, log } = instance();
    const seal = vi.spyOn(StateSeal.prototype, 'seal').mockImplementationOnce(function (
      this: StateSeal,
      state,
    ) {
      seal.mockRestore();
      return this.seal({ ...state, content: [{}, [99, 'in a format of later'], null] });
    });
    const requestState = states.seal(callWith(), states.open(callWith()), NOTHING);
    expect(() => states.open(callWith({ params: { requestState } }))).toThrow(
      expect.objectContaining({ code: -32_603, data: { retryable: true } }),
    );
    expect(log).toEqual(['format']);
  });

  it('S3 is refused also when writing the log fails', () => {
    const { states } = instance(DEFAULT_MAX_STATE, () => expect.fail('no log'));
    const call = callWith({ params: { requestState: 'x' } });
    expect(() => states.open(call)).toThrow('Invalid or expired');
  });
});

describe('S8 the times of a state', () => {
  const opens = (states: ReturnType<typeof instance>['states'], requestState: string): boolean => {
    try {
      return states.open(callWith({ params: { requestState } })).round > 1;
    } catch {
      return false;
    }
  };

  it('end an hour after its round, and a minute for the clocks', () => {
    const { states, clock } = instance();
    const requestState = states.seal(callWith(), states.open(callWith()), NOTHING);
    clock.now = NOW + HOUR + 60_000;
    expect(opens(states, requestState)).toBe(true);
    clock.now++;
    expect(opens(states, requestState)).toBe(false);
  });

  it('end with the flow, which no round makes longer', () => {
    const { states, clock } = instance();
    const day = { stateTtl: 48 * HOUR };
    const call = callWith({ policy: day });
    const first = states.open(call);
    clock.now = NOW + 23 * HOUR;
    const requestState = states.seal(call, first, NOTHING);
    const again = states.open(callWith({ params: { requestState }, policy: day }));
    const later = states.seal(call, again, NOTHING);
    clock.now = NOW + 24 * HOUR + 60_000;
    expect(opens(states, later)).toBe(true);
    clock.now++;
    expect(opens(states, later)).toBe(false);
  });
});

describe('S6 a state that is too large', () => {
  it('names the largest entries', () => {
    const { states } = instance(400);
    const entries = [3, 900, 30].map((length, i) => ({
      ...step,
      key: `k${i}`,
      outcome: { type: 'value', value: 'x'.repeat(length) } as const,
    }));
    const seal = (): string =>
      states.seal(callWith(), states.open(callWith()), { entries, asked: [] });
    expect(seal).toThrow(expect.objectContaining({ code: 'state_too_large' }));
    expect(seal).toThrow(/Largest entries: 'k1' \(\d+\), 'k2' \(\d+\), 'k0' \(\d+\)\.$/);
  });

  it('names none where there are none', () => {
    const { states } = instance(10);
    const seal = (): string => states.seal(callWith(), states.open(callWith()), NOTHING);
    expect(seal).toThrow(expect.objectContaining({ code: 'state_too_large' }));
    expect(seal).not.toThrow('Largest');
  });
});

describe('S2 a state that is bound to nobody', () => {
  const sealed = (changes: Changes): string[] => {
    const { states, log } = instance();
    states.seal(callWith(changes), states.open(callWith(changes)), NOTHING);
    return log;
  };

  it('is reported where the request had credentials that nobody has looked at', () => {
    expect(sealed({ authorization: 'Bearer x' })).toEqual(['unbound']);
  });

  it('is not reported where there are none, or where somebody has', () => {
    expect(sealed({})).toEqual([]);
    const principal = { issuer: 'i', subject: 'ada' };
    expect(sealed({ authorization: 'Bearer x', principal })).toEqual([]);
  });
});
