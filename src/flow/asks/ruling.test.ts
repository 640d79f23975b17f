import { describe, expect, it } from 'vitest';
import type { Checked } from '../../schema/json/checked.ts';
import type { Entry } from '../journal/journal.ts';
import { QuestionBody } from '../journal/question.ts';
import { testFlow } from '../test-support/host.ts';
import type { Ask } from './ask.ts';
import { type Ruling, ruleOn } from './ruling.ts';

const LIMIT = 3;

const digest = (body: string, message: string): string =>
  new QuestionBody(body).digest(testFlow(), message);

const GO = digest('confirm', 'Go?');

/** An ask for "Go?" that takes the answer 'yes', and says 'no yes' to any other. */
function askFor(judge: (answer: unknown) => Checked | Promise<Checked> = isYes): Ask<unknown> {
  return {
    kind: 'form',
    key: 'go',
    question: GO,
    needs: {},
    acceptsUnsolicited: true,
    render: () => undefined,
    judge,
    revive: (value) => value,
  };
}

function isYes(answer: unknown): Checked {
  return answer === 'yes' ? { ok: true, value: 'YES' } : { ok: false, problems: ['no yes', 'odd'] };
}

const answered = (answer: unknown, more: Partial<Entry> = {}): Entry => ({
  kind: 'form',
  key: 'go',
  question: GO,
  outcome: { type: 'answer', answer },
  ...more,
});

const rule = (entry: Entry, stepBehind?: string, ask = askFor()): Ruling =>
  ruleOn(entry, ask, () => stepBehind, LIMIT) as Ruling;

describe('F6 an answer to the question that is asked', () => {
  it('is recorded as what its schema makes of it', () => {
    const entry = answered('yes', { sendings: 2 });
    const outcome = { type: 'value', value: 'YES' };
    expect(rule(entry)).toEqual({ type: 'deliver', entry: { ...entry, outcome } });
    expect(entry.outcome).toEqual({ type: 'answer', answer: 'yes' });
  });

  it('is delivered as it was recorded, and not judged again', () => {
    const judge = (): Checked => {
      throw new Error('judged again');
    };
    for (const outcome of [
      { type: 'value', value: 'YES' },
      { type: 'error', error: { name: 'InvalidAnswerError', message: 'x' } },
    ] as const) {
      const entry = answered('yes', { outcome, at: 5 });
      expect(rule(entry, undefined, askFor(judge))).toEqual({ type: 'deliver', entry });
    }
  });

  it('is judged however long that takes', async () => {
    const ruling = ruleOn(
      answered('yes'),
      askFor(async (answer) => isYes(answer)),
      () => undefined,
      LIMIT,
    );
    expect(await ruling).toMatchObject({ entry: { outcome: { type: 'value', value: 'YES' } } });
  });

  it('fails the round if its schema makes something of it that cannot be recorded', () => {
    const ask = askFor(() => ({ ok: true, value: { price: () => 1 } }));
    expect(rule(answered('yes'), undefined, ask)).toMatchObject({
      type: 'fail',
      error: {
        code: 'unrecordable_value',
        message: "The answer to 'go': 'price' is a function and cannot be recorded.",
      },
    });
  });

  it('stands although a step was recorded after it', () => {
    expect(rule(answered('yes'), 'work').type).toBe('deliver');
  });
});

describe('F9 a wrong answer', () => {
  it('is asked for again, with what was wrong, until the question was sent three times', () => {
    const again = { type: 'ask again', problems: ['no yes', 'odd'], dropsRest: false };
    expect(rule(answered('no'))).toEqual(again);
    expect(rule(answered('no', { sendings: 2 }))).toEqual(again);
  });

  it('to the third sending is recorded as the failure of the ask', () => {
    const entry = answered('no', { sendings: 3 });
    const message = "'go' was answered wrongly 3 times: no yes; odd";
    const error = { name: 'InvalidAnswerError', message, code: 'invalid_answer' };
    expect(rule(entry)).toEqual({
      type: 'deliver',
      entry: { ...entry, outcome: { type: 'error', error } },
      problems: ['no yes', 'odd'],
    });
  });

  it('F16 that nobody asked for is passed over without a word', () => {
    expect(rule(answered('no', { sendings: 0 }))).toEqual({
      type: 'ask again',
      problems: [],
      dropsRest: false,
    });
  });
});

describe('F7 an answer to a question that reads differently now', () => {
  const older = { question: digest('confirm', 'Gone?') };

  it('is asked for again, and what rests on it is dropped', () => {
    const again = { type: 'ask again', problems: [], dropsRest: true };
    expect(rule(answered('yes', older))).toEqual(again);
    expect(rule(answered('yes', { ...older, sendings: 2 }))).toEqual(again);
  });

  it('is asked for again also when it was delivered in an earlier round', () => {
    const outcome = { type: 'value', value: 'YES' } as const;
    expect(rule(answered('yes', { ...older, outcome })).type).toBe('ask again');
  });

  it('F9 is an unstable question once it was sent three times', () => {
    expect(rule(answered('yes', { ...older, sendings: 3 }))).toMatchObject({
      type: 'fail',
      error: { code: 'unstable_question' },
    });
  });

  const parts: [string, string | undefined][] = [
    ['message', older.question],
    ['schema', digest('another form', 'Go?')],
    ['schema', undefined],
  ];
  it.each(parts)('F8 is divergence of its %s once a step has run', (changed, question) => {
    const ruling = rule(answered('yes', { question }), 'work');
    expect(ruling).toMatchObject({ type: 'fail', error: { code: 'diverged', key: 'go', changed } });
    expect((ruling as { error: Error }).error.message).toContain("step 'work' ran");
  });
});
