/** What each kind of ask sends, takes for an answer, and makes of it. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { CreateMessageParams } from '../../protocol/types/sampling.ts';
import type { Checked } from '../../schema/json/checked.ts';
import { testFlow } from '../test-support/host.ts';
import { accepted } from './accepted.ts';
import type { Ask } from './ask.ts';
import { checkpointAsk } from './checkpoint.ts';
import { confirmAsk } from './confirm.ts';
import { formAsk } from './form.ts';
import { rootsAsk } from './roots.ts';
import { sampleAsk } from './sample.ts';
import { urlAsk } from './url.ts';

const flow = testFlow();

const judged = (ask: Ask<unknown>, answer: unknown): Checked => ask.judge(answer) as Checked;

/** What the author gets for a good answer. */
function got(ask: Ask<unknown>, answer: unknown): unknown {
  const checked = judged(ask, answer);
  if (!checked.ok) throw new Error(checked.problems.join('; '));
  return ask.revive(checked.value);
}

const isTaken = (ask: Ask<unknown>, answer: unknown): boolean => judged(ask, answer).ok;

const NOT_ANSWERS: unknown[] = [undefined, null, 'accept', 7, true, [], {}, { action: 'ok' }];

describe('EL-6 confirm', () => {
  const ask = confirmAsk(flow, 'go', 'Go?');
  const accept = (content: unknown): unknown => ({ action: 'accept', content });

  it('is true for an accepted true, false for an accepted false and for a refusal', () => {
    expect(got(ask, accept({ confirm: true }))).toBe(true);
    expect(got(ask, accept({ confirm: false }))).toBe(false);
    expect(got(ask, { action: 'decline' })).toBe(false);
    expect(got(ask, { action: 'cancel', content: { confirm: true } })).toBe(false);
  });

  it.each([
    ...NOT_ANSWERS,
    accept(undefined),
    accept(true),
    accept({}),
    accept({ confirm: 'yes' }),
  ])('takes nothing else: %j', (answer) => {
    expect(isTaken(ask, answer)).toBe(false);
  });

  it('says what is wrong with an accepted form', () => {
    const problems = ['confirm: must be true or false'];
    expect(judged(ask, accept({}))).toEqual({ ok: false, problems });
    expect(judged(ask, { action: 'decide', content: { confirm: true } }).ok).toBe(false);
  });

  it('asks for one required boolean, with what was wrong in front', () => {
    expect(ask.render(['a', 'b'])).toEqual({
      method: 'elicitation/create',
      params: {
        mode: 'form',
        message: 'Please check your answer:\n- a\n- b\n\nGo?',
        requestedSchema: {
          type: 'object',
          properties: { confirm: { type: 'boolean', title: 'Confirm' } },
          required: ['confirm'],
        },
      },
    });
  });

  it('F16 takes no answer that nobody asked for', () => {
    expect(ask.acceptsUnsolicited).toBe(false);
  });
});

describe('EL-6 EL-7 a form', () => {
  const schema = z.object({ name: z.string().min(2) });
  const ask = formAsk(flow, 'who', { message: 'Who?', schema });

  it('gives its action, and the content of an accepted one', () => {
    const content = { name: 'ada' };
    expect(got(ask, { action: 'accept', content })).toEqual({ action: 'accept', content });
    expect(got(ask, { action: 'decline', content })).toEqual({ action: 'decline' });
    expect(got(ask, { action: 'cancel' })).toEqual({ action: 'cancel' });
  });

  it.each(NOT_ANSWERS)('does not take what is no answer: %j', (answer) => {
    const problems = ['the answer was not understood'];
    expect(judged(ask, answer)).toEqual({ ok: false, problems });
  });

  it.each([undefined, null, 'ada', [], 7])(
    'that is accepted has to have content: %j',
    (content) => {
      const problems = ['the form came back empty'];
      expect(judged(ask, { action: 'accept', content })).toEqual({ ok: false, problems });
    },
  );

  it('F9 drops fields it does not know, and those it only has from its prototype', () => {
    const json = { type: 'object', properties: { name: {}, toString: {} } };
    for (const field of Object.values(json.properties)) Object.assign(field, { type: 'string' });
    const given: unknown[] = [];
    const validate = (value: unknown): { value: unknown } => {
      given.push(value);
      return { value };
    };
    const jsonSchema = { input: () => json, output: () => json };
    const open = { '~standard': { version: 1, vendor: 'test', validate, jsonSchema } } as const;
    const any = formAsk(flow, 'any', { message: 'Any?', schema: open });
    got(any, { action: 'accept', content: { name: 'ada', admin: true } });
    expect(given.map((value) => Object.entries(value as object))).toEqual([[['name', 'ada']]]);
  });

  it('F7 is another question where the message or the schema is another', () => {
    const other = z.object({ name: z.string().min(3) });
    const questions = [
      ask,
      formAsk(flow, 'who', { message: 'Who else?', schema }),
      formAsk(flow, 'who', { message: 'Who?', schema: other }),
    ].map((each) => each.question);
    expect(new Set(questions).size).toBe(3);
    expect(formAsk(flow, 'again', { message: 'Who?', schema }).question).toBe(questions[0]);
  });

  it('F16 takes answers that nobody asked for', () => {
    expect(ask.acceptsUnsolicited).toBe(true);
  });
});

describe('EL-10 EL-14 a URL', () => {
  const params = { message: 'Sign in', url: 'https://example.com/sign-in' };
  const ask = urlAsk(flow, 'login', params);

  it.each(['accept', 'decline', 'cancel'])('gives the action %s, and nothing with it', (action) => {
    expect(got(ask, { action, content: { token: 'x' } })).toEqual({ action });
  });

  it.each(NOT_ANSWERS)('does not take what is no answer: %j', (answer) => {
    expect(isTaken(ask, answer)).toBe(false);
  });

  it('F16 takes no answer that nobody asked for', () => {
    expect(ask.acceptsUnsolicited).toBe(false);
  });

  it('F7 is another question where the message or the URL is another', () => {
    const questions = [
      ask,
      urlAsk(flow, 'login', { ...params, message: 'Sign in here' }),
      urlAsk(flow, 'login', { ...params, url: 'https://example.org/sign-in' }),
    ].map((each) => each.question);
    expect(new Set(questions).size).toBe(3);
  });

  it.each(['http://example.com', 'https://example.com:8443/a?b#c'])('may be %s', (url) => {
    expect(urlAsk(flow, 'login', { ...params, url }).render([])).toEqual({
      method: 'elicitation/create',
      params: { mode: 'url', message: 'Sign in', url },
    });
  });

  const refused = [
    'sign-in',
    'ftp://example.com',
    'xhttp://example.com',
    'https-x://example.com',
    'https://me@example.com',
    'https://:secret@example.com',
    'https://me:secret@example.com',
  ];
  it.each(refused)('EL-3 EL-11 may not be %s', (url) => {
    expect(() => urlAsk(flow, 'login', { ...params, url })).toThrow(
      expect.objectContaining({ code: 'invalid_elicitation' }),
    );
  });
});

describe('SA-5 a sampled message', () => {
  const params: CreateMessageParams = { messages: [], maxTokens: 5 };
  const ask = sampleAsk(flow, 's', params);
  const good = { role: 'assistant', content: { type: 'text', text: 'Hello' }, model: 'm' };

  const taken: [string, object][] = [
    ['of the assistant', good],
    ['of the user', { ...good, role: 'user' }],
    ['of several blocks', { ...good, content: [good.content, good.content] }],
    ['without a block', { ...good, content: [] }],
    ['with a reason to stop', { ...good, stopReason: 'endTurn' }],
  ];
  it.each(taken)('may be one %s', (_name, message) => {
    expect(got(ask, message)).toEqual(message);
  });

  it('loses the members that this revision does not name', () => {
    expect(got(ask, { ...good, stopReason: undefined, extra: 1 })).toEqual(good);
    expect(Object.keys(got(ask, good) as object)).toEqual(['role', 'content', 'model']);
  });

  const refused: unknown[] = [
    ...NOT_ANSWERS,
    { ...good, role: 'system' },
    { ...good, role: undefined },
    { ...good, model: undefined },
    { ...good, model: 7 },
    { ...good, stopReason: 7 },
    { ...good, content: undefined },
    { ...good, content: 'Hello' },
    { ...good, content: { text: 'Hello' } },
    { ...good, content: [good.content, 'Hello'] },
    { ...good, content: [good.content, { type: 7 }] },
  ];
  it.each(refused)('may not be %j', (message) => {
    expect(isTaken(ask, message)).toBe(false);
  });

  it('F7 is another question where anything in it is another', () => {
    expect(sampleAsk(flow, 's', { ...params, maxTokens: 6 }).question).not.toBe(ask.question);
    expect(sampleAsk(flow, 'again', { ...params }).question).toBe(ask.question);
  });

  it('goes out as it was asked', () => {
    expect(ask.render(['ignored'])).toEqual({ method: 'sampling/createMessage', params });
  });

  it('SA-1 SA-2 needs tools and context where it uses them', () => {
    expect(ask.needs).toEqual({ sampling: {} });
    const richer: CreateMessageParams = { ...params, tools: [], includeContext: 'thisServer' };
    expect(sampleAsk(flow, 's', richer).needs).toEqual({ sampling: { tools: {}, context: {} } });
  });

  it('F16 may come without having been asked for', () => {
    expect(ask.acceptsUnsolicited).toBe(true);
  });
});

describe('RO-1 roots', () => {
  const ask = rootsAsk('roots');

  it('are file URIs, with or without a name', () => {
    const roots = [{ uri: 'file:///srv', name: 'app' }, { uri: 'file:///tmp' }];
    expect(got(ask, { roots })).toEqual(roots);
    expect(got(ask, { roots: [{ uri: 'file:///srv', name: '', more: 1 }] })).toEqual([
      { uri: 'file:///srv' },
    ]);
    expect(got(ask, { roots: [] })).toEqual([]);
  });

  const refused: unknown[] = [
    undefined,
    null,
    { uri: 7 },
    { uri: 'https://example.com' },
    { uri: 'file:/srv' },
    { uri: 'file://exa mple/' },
    { uri: 'x-file:///srv' },
    { uri: 'file:///srv', name: 7 },
  ];
  it.each(refused)('may not be %j', (root) => {
    expect(isTaken(ask, { roots: [{ uri: 'file:///srv' }, root] })).toBe(false);
  });

  it.each([...NOT_ANSWERS, { roots: {} }])('are a list: %j is none', (answer) => {
    expect(isTaken(ask, answer)).toBe(false);
  });

  it('are asked for without parameters, of clients that have them', () => {
    expect(ask.render([])).toEqual({ method: 'roots/list', params: {} });
    expect(ask.needs).toEqual({ roots: {} });
    expect(ask.acceptsUnsolicited).toBe(true);
  });
});

describe('F17 a checkpoint', () => {
  it('asks nobody, needs nothing and is met by its state alone', () => {
    const ask = checkpointAsk('half');
    expect(ask.render([])).toBeUndefined();
    expect(ask.needs).toEqual({});
    expect(ask.acceptsUnsolicited).toBe(false);
    expect(got(ask, 'anything')).toBeUndefined();
  });
});

describe('accepted()', () => {
  it('is the content of an accepted form', () => {
    expect(accepted({ action: 'accept', content: { name: 'ada' } })).toEqual({ name: 'ada' });
  });

  it.each(['decline', 'cancel'] as const)('throws what the user did: %s', (action) => {
    expect(() => accepted({ action })).toThrow(
      expect.objectContaining({ code: 'input_declined', action }),
    );
  });
});
