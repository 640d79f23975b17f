import { describe, expect, it } from 'vitest';
import { recordError, recordValue } from '../../flow/journal/record.ts';
import { writeJournal } from '../../flow/journal/journal-json.ts';
import type { Entry } from '../../flow/journal/journal.ts';
import type { QuestionDigest } from '../../flow/journal/question.ts';
import type { JsonValue } from '../../base/json/json.ts';
import type { FlowState } from '../../state/claims.ts';
import { KeyRing, generateKey } from '../../state/key-ring.ts';
import { StateSeal, sealedProtection, unsafePlaintext } from '../../state/state-seal.ts';
import { NOW, testState } from '../../state/test-support/state.ts';
import { openState } from './open-state.ts';
import { stateAsJson, stateAsText } from './report.ts';
import { distance } from './time.ts';

const question = 'digest' as QuestionDigest;

const ENTRIES: Entry[] = [
  { kind: 'step', key: 'plan', outcome: recordValue({ build: 412 }), at: 1_500 },
  { kind: 'step', key: 'risky', outcome: recordError(new TypeError('broken')), at: 1_600 },
  {
    kind: 'form',
    key: 'go',
    question,
    outcome: { type: 'answer', answer: { action: 'accept' } },
  },
  { kind: 'checkpoint', key: 'half', question, outcome: recordValue('x'.repeat(500)), at: 2_000 },
];

function state(): FlowState {
  const asked = (['form', 'url', 'sample', 'roots'] as const).map((kind, index) => {
    return { kind, key: `ask-${kind}`, question, sendings: index + 1 };
  });
  const journal = writeJournal({ entries: ENTRIES, asked });
  const content = [{ elicitation: { form: {} } }, journal, { keys: ['a'] }];
  return testState({ content: content as JsonValue });
}

describe('a state that is looked into', () => {
  it('shows its claims, what it waits for and what it remembers', () => {
    const text = stateAsText(state(), NOW);
    for (const part of [
      'ask-form (form), asked once',
      'ask-roots (roots), asked 4 times',
      '1. plan (step), after 1.5 s: {"build":412}',
      '2. risky (step), after 1.6 s: error {"name":"TypeError","message":"broken"}',
      '3. go (form), not seen yet: answer {"action":"accept"}',
      '4. half (checkpoint), after 2 s: "xxx',
      'x… (502 characters; --json has all)',
      'manual',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('is there as JSON, with times that can be read', () => {
    const json = stateAsJson(state());
    expect(json).toMatchObject({
      issuedAt: new Date(state().issuedAt).toISOString(),
      questions: [{ kind: 'form', key: 'ask-form', sendings: 1 }, {}, {}, {}],
      journal: [
        { kind: 'step', key: 'plan', at: 1_500, outcome: 'value', content: { build: 412 } },
        {},
        {},
        {},
      ],
      manual: { keys: ['a'] },
    });
  });

  it('never shows the secret of its flow', () => {
    const { secret } = state();
    expect(secret.length).toBeGreaterThan(8);
    expect(stateAsText(state(), NOW)).not.toContain(secret);
    expect(JSON.stringify(stateAsJson(state()))).not.toContain(secret);
  });
});

describe('opening a state', () => {
  const key = generateKey();
  const sealed = new StateSeal(sealedProtection(new KeyRing([key])), 100_000, () => NOW).seal(
    state(),
  );

  it('needs one of its keys, and nothing else: an old one opens as well', () => {
    expect(openState(sealed, [generateKey(), key])).toEqual(state());
    const plain = new StateSeal(unsafePlaintext, 100_000, () => NOW).seal(state());
    expect(openState(plain, [])).toEqual(state());
  });

  it('says what is missing', () => {
    expect(() => openState(sealed, [])).toThrow('RONDO_STATE_KEYS');
    expect(() => openState(sealed, [generateKey()])).toThrow('No key opens this');
    expect(() => openState(`${sealed.slice(0, -2)}AA`, [key])).toThrow('No key opens this');
    expect(() => openState('plain.e30', [])).toThrow('No key opens this');
    expect(() => openState(sealed, ['short'])).toThrow('State key 1');
  });
});

describe('the distance between two times', () => {
  it.each([
    [0, 'now'],
    [400, 'now'],
    [-1_000, '1 second ago'],
    [59_000, 'in 59 seconds'],
    [-90_000, '2 minutes ago'],
    [3_600_000, 'in 1 hour'],
    [-3 * 86_400_000, '3 days ago'],
  ])('%i ms is %s', (ms, text) => {
    expect(distance(NOW + ms, NOW)).toBe(text);
  });
});
