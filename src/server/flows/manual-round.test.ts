import { describe, expect, it } from 'vitest';
import type { Complete } from '../../flow/round/round-outcome.ts';
import { checkedRequests, manualInput, needsOf } from './manual-round.ts';

describe('F9 what a handler that asks by hand finds of the last round', () => {
  it('is nothing in the first round', () => {
    expect(manualInput(undefined, { a: 1 }, false)).toEqual({
      inputResponses: undefined,
      requestState: undefined,
    });
  });

  it('F16 is what nobody asked for, where the handler takes that', () => {
    expect(manualInput(undefined, { a: 1 }, true)).toEqual({
      inputResponses: { a: 1 },
      requestState: undefined,
    });
  });

  it('is the answers to what it asked, no others, and its own state', () => {
    const manual = { keys: ['a', 'b'], requestState: 'mine' };
    expect(manualInput(manual, { a: 1, c: 3 }, true)).toEqual({
      inputResponses: { a: 1 },
      requestState: 'mine',
    });
    expect(manualInput(manual, undefined, false)).toEqual({
      inputResponses: {},
      requestState: 'mine',
    });
  });

  it('is no name that answers only have from their prototype', () => {
    const manual = { keys: ['toString', 'constructor', 'a'] };
    const { inputResponses } = manualInput(manual, { a: 1 }, false);
    expect(Object.entries(inputResponses!)).toEqual([['a', 1]]);
  });

  it('is also the answers of earlier rounds, the newest of each', () => {
    const manual = { keys: ['b'], answers: { a: 1, b: 1 } };
    expect(manualInput(manual, { b: 2 }, false).inputResponses).toEqual({ a: 1, b: 2 });
  });
});

const returned = (result: object, open: string[] = []): Complete<unknown> => ({
  status: 'complete',
  result: { resultType: 'input_required', ...result },
  recorded: { entries: [], asked: [] },
  unreached: [],
  open,
});

const form = { method: 'elicitation/create', params: { mode: 'form', message: 'Who?' } };

describe('MS-5 questions by hand', () => {
  it('go out as they are', () => {
    const inputRequests = {
      form,
      roots: { method: 'roots/list' },
      sample: { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } },
    };
    expect(checkedRequests(returned({ inputRequests }))).toBe(inputRequests);
  });

  it('may be none, if there is a state', () => {
    expect(checkedRequests(returned({ requestState: '' }))).toEqual({});
  });

  const refused: [string, object, string][] = [
    ['nothing at all', {}, 'invalid_elicitation'],
    ['a list', { inputRequests: [form] }, 'invalid_elicitation'],
    ['no question', { inputRequests: {} }, 'invalid_elicitation'],
    ['a key that is not one', { inputRequests: { 'a~b': form } }, 'invalid_key'],
    ['null', { inputRequests: { a: null } }, 'invalid_elicitation'],
    ['another method', { inputRequests: { a: { method: 'ping' } } }, 'invalid_elicitation'],
    ['no parameters', { inputRequests: { a: { method: form.method } } }, 'invalid_elicitation'],
    ['an id', { inputRequests: { a: { ...form, id: 1 } } }, 'invalid_elicitation'],
    ['a version', { inputRequests: { a: { ...form, jsonrpc: '2.0' } } }, 'invalid_elicitation'],
    ['one that is wrong', { inputRequests: { a: form, b: 1 } }, 'invalid_elicitation'],
  ];
  it.each(refused)('may not be %s', (_name, result, code) => {
    expect(() => checkedRequests(returned(result))).toThrow(expect.objectContaining({ code }));
  });

  it('do not go together with an ask that is open', () => {
    const mixed = returned({ inputRequests: { a: form } }, ['go']);
    expect(() => checkedRequests(mixed)).toThrow(expect.objectContaining({ code: 'mixed_asks' }));
  });

  it('MS-8 need what the client must have declared', () => {
    const roots = { method: 'roots/list', params: {} } as const;
    expect(needsOf({ form: form as never, roots })).toEqual([
      { elicitation: { form: {} } },
      { roots: {} },
    ]);
  });
});
