import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ToolResultContent } from '../../protocol/types/sampling.ts';
import { isInputRequired } from './manual-round.ts';
import { acceptedContent, inputRequired, inputResponse } from './manual.ts';

const roots = inputRequired.listRoots();

describe('inputRequired()', () => {
  it('is a result with questions, a state or both', () => {
    const resultType = 'input_required';
    const inputRequests = { roots };
    expect(inputRequired({ inputRequests })).toEqual({ resultType, inputRequests });
    expect(inputRequired({ requestState: '' })).toEqual({ resultType, requestState: '' });
    expect(inputRequired({ inputRequests: {}, requestState: 's' })).toEqual({
      resultType,
      requestState: 's',
    });
  });

  it.each([{}, { inputRequests: {} }])('refuses to ask nothing: %j', (spec) => {
    expect(() => inputRequired(spec)).toThrow(
      expect.objectContaining({ code: 'invalid_elicitation' }),
    );
  });

  it('builds a bare request of every kind', () => {
    const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } } as const;
    expect(inputRequired.elicit({ message: 'Who?', requestedSchema })).toEqual({
      method: 'elicitation/create',
      params: { mode: 'form', message: 'Who?', requestedSchema },
    });
    const url = 'https://example.com';
    expect(inputRequired.elicitUrl({ message: 'Open', url })).toEqual({
      method: 'elicitation/create',
      params: { mode: 'url', message: 'Open', url },
    });
    const params = { messages: [], maxTokens: 5 };
    expect(inputRequired.createMessage(params)).toEqual({
      method: 'sampling/createMessage',
      params,
    });
    expect(roots).toEqual({ method: 'roots/list', params: {} });
  });

  it('refuses what the client could not show, open or take', () => {
    const result: ToolResultContent = { type: 'tool_result', toolUseId: 'a', content: [] };
    const wrong = [
      () => inputRequired.elicit({ message: 'Who?', requestedSchema: { type: 'array' } }),
      () => inputRequired.elicitUrl({ message: 'Open', url: 'file:///etc/passwd' }),
      () => inputRequired.elicit({ requestedSchema: { type: 'object', properties: {} } } as never),
      () => inputRequired.elicitUrl({ url: 'https://example.com' } as never),
      () =>
        inputRequired.createMessage({
          messages: [{ role: 'user', content: result }],
          maxTokens: 1,
        }),
    ];
    for (const build of wrong)
      expect(build).toThrow(expect.objectContaining({ name: 'RondoError' }));
  });

  it('is known by its type', () => {
    expect(isInputRequired(inputRequired({ requestState: 's' }))).toBe(true);
    for (const other of [{ resultType: 'complete' }, {}, null, 'input_required']) {
      expect(isInputRequired(other)).toBe(false);
    }
  });
});

describe('inputResponse()', () => {
  const message = { role: 'assistant', content: { type: 'text', text: 'x' }, model: 'm' };
  const views: [string, unknown, object][] = [
    ['an accepted form', { action: 'accept', content: { a: 1 } }, { kind: 'elicit' }],
    ['an accepted URL', { action: 'accept' }, { kind: 'elicit', action: 'accept' }],
    ['a refusal', { action: 'decline' }, { kind: 'elicit', action: 'decline' }],
    ['a cancelled question', { action: 'cancel' }, { kind: 'elicit', action: 'cancel' }],
    ['roots', { roots: [] }, { kind: 'roots', roots: [] }],
    ['a message', message, { kind: 'sampling', result: message }],
    ['another action', { action: 'ok' }, { kind: 'missing' }],
    ['roots that are no list', { roots: {} }, { kind: 'missing' }],
    ['a message without content', { role: 'user' }, { kind: 'missing' }],
    ['a message without a role', { content: {} }, { kind: 'missing' }],
    ['null', null, { kind: 'missing' }],
    ['nothing', undefined, { kind: 'missing' }],
  ];
  it.each(views)('reads %s', (_name, answer, view) => {
    expect(inputResponse({ k: answer }, 'k')).toMatchObject(view);
  });

  it('leaves out content that is no object', () => {
    expect(inputResponse({ k: { action: 'accept', content: 'x' } }, 'k')).toEqual({
      kind: 'elicit',
      action: 'accept',
    });
  });

  it('F9 finds nothing under a name that answers only have from their prototype', () => {
    const proto = { kind: 'missing' };
    expect(inputResponse({}, 'toString')).toEqual(proto);
    expect(inputResponse(Object.create({ k: { action: 'accept' } }) as never, 'k')).toEqual(proto);
    expect(inputResponse(undefined, 'k')).toEqual(proto);
  });
});

describe('acceptedContent()', () => {
  const accept = (content: unknown) => ({ k: { action: 'accept', content } });

  it('is the content of an accepted form, and undefined for anything else', () => {
    expect(acceptedContent(accept({ a: 1 }), 'k')).toEqual({ a: 1 });
    const typed = acceptedContent<{ a?: number }>(accept({ a: 1 }), 'k');
    expect((typed?.a ?? 0) + 1).toBe(2);
    expect(acceptedContent(accept(undefined), 'k')).toBeUndefined();
    expect(acceptedContent({ k: { action: 'decline', content: { a: 1 } } }, 'k')).toBeUndefined();
    expect(acceptedContent({ k: { roots: [] } }, 'k')).toBeUndefined();
    expect(acceptedContent(undefined, 'k')).toBeUndefined();
  });

  it('is what a schema makes of it, and undefined for what it refuses', () => {
    const schema = z.object({ a: z.number().transform((a) => a + 1) });
    expect(acceptedContent(accept({ a: 1 }), 'k', schema)).toEqual({ a: 2 });
    expect(acceptedContent(accept({ a: 'x' }), 'k', schema)).toBeUndefined();
    expect(acceptedContent(accept(undefined), 'k', schema)).toBeUndefined();
  });

  it('takes no schema that answers later', () => {
    const schema = z.object({ a: z.number().refine(async () => true) });
    expect(() => acceptedContent(accept({ a: 1 }), 'k', schema)).toThrow(TypeError);
    const own = (validate: () => unknown): never =>
      ({ '~standard': { version: 1, vendor: 'own', validate } }) as never;
    const then = (_: unknown, fail: (why: Error) => void): void => fail(new Error('boo'));
    for (const later of [async () => Promise.reject(new Error('boo')), () => ({ then })]) {
      expect(() => acceptedContent(accept({ a: 1 }), 'k', own(later))).toThrow(TypeError);
    }
    expect(
      acceptedContent(
        accept({ a: 1 }),
        'k',
        own(() => ({})),
      ),
    ).toBeUndefined();
  });
});

describe('acceptedContent() with a schema whose code fails', () => {
  const answers = { k: { action: 'accept', content: { a: 'x' } } };
  const read = (a: z.ZodType): unknown => acceptedContent(answers, 'k', z.object({ a }));

  it('is undefined where it throws', () => {
    expect(read(z.string().transform((text) => JSON.parse(text)))).toBeUndefined();
    const broken = z.string().refine(() => {
      throw new TypeError('boo');
    });
    expect(read(broken)).toBeUndefined();
  });

  it('ends nothing where a promise would have to be awaited, and rejects', async () => {
    const rejecting = z.string().refine(async () => Promise.reject(new Error('boo')));
    expect(() => read(rejecting)).toThrow('validate synchronously');
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('is refused for what is not a Standard Schema', () => {
    expect(() => acceptedContent(answers, 'k', { type: 'object' } as never)).toThrow(
      'takes Standard Schemas',
    );
  });
});
