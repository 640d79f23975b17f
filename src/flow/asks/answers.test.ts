import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import type { FormElicitation } from '../../protocol/types/elicitation.ts';
import type {
  CreateMessageParams,
  SamplingContent,
  SamplingMessage,
} from '../../protocol/types/sampling.ts';
import type { OpenAsk } from './ask.ts';
import { accepted } from './accepted.ts';
import { testFlow } from '../test-support/host.ts';
import { Play, YES, accept } from '../test-support/play.ts';

const Person = z.object({ name: z.string().min(2), age: z.int().optional() });

const message = (ask: OpenAsk | undefined): string =>
  (ask!.request!.params as FormElicitation).message;

describe('F9 an answer', () => {
  it('that is wrong is asked for again, with what was wrong in front', async () => {
    const play = new Play((ctx) => ctx.elicit('who', { message: 'Who?', schema: Person }));
    expect(message((await play.asks())['who'])).toBe('Who?');
    const again = await play.asks({ who: accept({ name: 'x' }) });
    expect(again['who']!.sendings).toBe(2);
    expect(message(again['who'])).toMatch(/^Please check your answer:\n- name: .+\n\nWho\?$/s);
    expect(await play.result({ who: accept({ name: 'ada' }) })).toEqual(accept({ name: 'ada' }));
  });

  it('that is wrong leaves the answers that came with it', async () => {
    const play = new Play((ctx) =>
      Promise.all([ctx.confirm('first', 'First?'), ctx.confirm('second', 'Second?')]),
    );
    await play.asks();
    expect(Object.keys(await play.asks({ first: 'wrong', second: YES }))).toEqual(['first']);
    expect(await play.result({ first: YES })).toEqual([true, true]);
  });

  it('that is wrong three times rejects the ask, the same on every later round', async () => {
    const seen: unknown[] = [];
    const play = new Play(async (ctx) => {
      const error = await ctx
        .elicit('who', { message: 'Who?', schema: Person })
        .catch((caught: unknown) => caught);
      seen.push(error);
      return ctx.confirm('go', 'Go?');
    });
    await play.asks();
    await play.asks({ who: accept({}) });
    await play.asks({ who: accept({ name: 1 }) });
    expect(Object.keys(await play.asks({ who: 'nonsense' }))).toEqual(['go']);
    expect(await play.result({ go: YES })).toBe(true);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatchObject({
      name: 'InvalidAnswerError',
      code: 'invalid_answer',
      key: 'who',
    });
    expect(seen[1]).toEqual(seen[0]);
  });

  it('that is missing is waited for without being counted', async () => {
    const play = new Play((ctx) => ctx.confirm('go', 'Go?'));
    for (let i = 0; i < 5; i++) expect((await play.asks({}))['go']!.sendings).toBe(1);
    expect(await play.result({ go: YES })).toBe(true);
  });

  it('to a key that was not asked is ignored, also one the prototype has', async () => {
    const play = new Play((ctx) => ctx.confirm('toString', 'Go?'));
    expect(Object.keys(await play.asks({ toString: YES }))).toEqual(['toString']);
    const hostile = JSON.parse('{"other":1,"__proto__":{"toString":{"action":"accept"}}}');
    expect(Object.keys(await play.asks(hostile))).toEqual(['toString']);
  });

  it('loses the fields its schema does not know', async () => {
    const seen: unknown[] = [];
    const Open = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    const play = new Play(async (ctx) => {
      seen.push(await ctx.elicit('who', { message: 'Who?', schema: Open }));
    });
    await play.asks();
    await play.result({ who: accept({ name: 'ada', admin: true }) });
    expect(seen).toEqual([accept({ name: 'ada' })]);
  });

  it('arrives as the output of its schema, which is not asked again (F6)', async () => {
    let checks = 0;
    const When = z.object({
      day: z.iso.date().transform((day) => {
        checks++;
        return new Date(day);
      }),
    });
    const seen: unknown[] = [];
    const play = new Play(async (ctx) => {
      seen.push(accepted(await ctx.elicit('when', { message: 'When?', schema: When })).day);
      await ctx.confirm('go', 'Go?');
    });
    await play.asks();
    await play.asks({ when: accept({ day: '2026-07-28' }) });
    await play.result({ go: YES });
    expect(seen).toEqual([new Date('2026-07-28'), new Date('2026-07-28')]);
    expect(checks).toBe(1);
  });

  it('whose checked form cannot be recorded ends the round, naming the path', async () => {
    class Money {}
    const schema = z.object({ price: z.number().transform(() => new Money()) });
    const play = new Play((ctx) => ctx.elicit('price', { message: 'Price?', schema }));
    await play.asks();
    const error = await play.failure({ price: accept({ price: 1 }) });
    expect(error).toMatchObject({ code: 'unrecordable_value' });
    expect(error.message).toContain("'price' is an instance of Money");
  });

  it.each(['decline', ['a'], null, 7])('may be turned into %j by its schema', async (value) => {
    const schema = z.object({ word: z.string() }).transform(() => value);
    const play = new Play(async (ctx) => {
      const word = await ctx.elicit('word', { message: 'Word?', schema });
      await ctx.confirm('sure', 'Sure?');
      return word;
    });
    await play.asks();
    await play.asks({ word: accept({ word: 'x' }) });
    const result = await play.result({ sure: accept({ confirm: true }) });
    expect(result).toEqual({ action: 'accept', content: value });
  });

  it('may be checked asynchronously', async () => {
    const schema = z.object({
      name: z.string().refine(async (name) => name !== 'taken', 'is taken'),
    });
    const play = new Play((ctx) => ctx.elicit('who', { message: 'Who?', schema }));
    await play.asks();
    const again = await play.asks({ who: accept({ name: 'taken' }) });
    expect(message(again['who'])).toContain('- name: is taken');
    expect(await play.result({ who: accept({ name: 'free' }) })).toMatchObject({
      action: 'accept',
    });
  });

  it('at which the check throws is wrong, and asked again', async () => {
    const reported: unknown[] = [];
    const bug = new TypeError('boo');
    const checks = [new Error('broken check'), bug];
    const schema = z.object({
      name: z.string().refine(() => {
        throw checks.shift();
      }),
    });
    const play = new Play((ctx) => ctx.elicit('who', { message: 'Who?', schema }), {
      onJudgingFailed: (key, error) => reported.push(key, error),
    });
    await play.asks();
    const { who: shown } = await play.asks({ who: accept({ name: 'ada' }) });
    expect(JSON.stringify(shown)).toContain('broken check');
    expect(reported).toEqual([]);
    const { who: again } = await play.asks({ who: accept({ name: 'ada' }) });
    expect(JSON.stringify(again)).not.toContain('boo');
    expect(reported).toEqual(['who', bug]);
  });
});

describe('the kinds of question', () => {
  it('confirm is true only for an accepted true', async () => {
    const answers: [unknown, unknown][] = [
      [YES, true],
      [accept({ confirm: false }), false],
      [{ action: 'decline' }, false],
      [{ action: 'cancel' }, false],
    ];
    for (const [answer, expected] of answers) {
      const play = new Play((ctx) => ctx.confirm('go', 'Go?'));
      await play.asks();
      expect(await play.result({ go: answer })).toBe(expected);
    }
    const play = new Play((ctx) => ctx.confirm('go', 'Go?'));
    await play.asks();
    for (const wrong of [{ action: 'accept' }, accept({})]) {
      expect(message((await play.asks({ go: wrong }))['go'])).toContain('confirm: must be');
    }
  });

  it('EL-14 an accepted URL is consent and carries no content', async () => {
    const params = { message: 'Sign in', url: 'https://example.com/sign-in' };
    const play = new Play((ctx) => ctx.elicitUrl('login', params));
    const { login } = await play.asks();
    expect(login!.request).toEqual({
      method: 'elicitation/create',
      params: { mode: 'url', ...params },
    });
    const answer = { action: 'accept', content: { token: 'x' } };
    expect(await play.result({ login: answer })).toEqual({ action: 'accept' });
  });

  it('EL-3 a URL has to be absolute, http or https', async () => {
    for (const url of ['/sign-in', 'javascript:alert(1)', 'file:///etc/passwd']) {
      const play = new Play((ctx) => ctx.elicitUrl('login', { message: 'Sign in', url }));
      expect(await play.failure()).toMatchObject({ code: 'invalid_elicitation' });
    }
  });

  it('EL-11 a URL holds no credentials', async () => {
    for (const url of ['https://me@example.com', 'https://:secret@example.com/']) {
      const play = new Play((ctx) => ctx.elicitUrl('login', { message: 'Sign in', url }));
      const error = await play.failure();
      expect(error).toMatchObject({ code: 'invalid_elicitation' });
      expect(error.message).not.toContain('secret');
    }
  });

  it('EL-8 a form does not ask for what is marked as a secret', async () => {
    for (const mark of [{ format: 'password' }, { writeOnly: true }]) {
      const properties = { key: { type: 'string', ...mark } };
      const schema = { type: 'object', properties };
      const play = new Play((ctx) => ctx.elicit('login', { message: 'Sign in', schema }));
      expect((await play.failure()).message).toContain('elicitUrl');
    }
  });

  it('SA-4 tool results stand alone, right behind the uses they belong to', async () => {
    const text = { type: 'text', text: 'Hi' } as const;
    const use = (id: string) => ({ type: 'tool_use', id, name: 'n', input: {} }) as const;
    const result = (toolUseId: string): SamplingContent => ({
      type: 'tool_result',
      toolUseId,
      content: [],
    });
    const user = (...content: SamplingContent[]): SamplingMessage => ({ role: 'user', content });
    const model = (...content: SamplingContent[]): SamplingMessage => ({
      role: 'assistant',
      content,
    });
    const asking = (...messages: SamplingMessage[]) =>
      new Play((ctx) => ctx.sample('s', { messages, maxTokens: 5 }));
    const good = [
      [user(text)],
      [user(text), model(text, use('a'), use('b')), user(result('b'), result('a')), user(text)],
    ];
    for (const messages of good)
      expect(Object.keys(await asking(...messages).asks())).toEqual(['s']);
    const bad = [
      [model(use('a')), user(result('a'), text)],
      [model(use('a'), use('b')), user(result('a'))],
      [model(use('a')), user(text), user(result('a'))],
      [model(use('a'))],
      [user(result('a'))],
    ];
    for (const messages of bad) {
      expect(await asking(...messages).failure()).toMatchObject({ code: 'invalid_sampling' });
    }
  });

  it.each<[string, unknown, string]>([
    ['of a type with a typo', { type: 'txt', text: 'a' }, "needs a 'type'"],
    ['of text without text', { type: 'text' }, "needs 'text'"],
    ['of an image without data', { type: 'image', mimeType: 'image/png' }, "needs 'data'"],
    ['of a tool use without input', { type: 'tool_use', id: 'a', name: 'n' }, "needs 'input'"],
    ['of a tool use without id', { type: 'tool_use', name: 'n', input: {} }, "needs 'id'"],
    [
      'of a tool result without content',
      { type: 'tool_result', toolUseId: 'a' },
      "needs 'content'",
    ],
    [
      'of a tool result with a wrong block',
      { type: 'tool_result', toolUseId: 'a', content: [{ type: 'txt' }] },
      "content[0] needs a 'type'",
    ],
  ])('SA-4 a message with a block %s is refused, and named', async (_name, block, words) => {
    const messages = [
      { role: 'user', content: { type: 'text', text: 'a' } },
      { role: 'user', content: [block] },
    ];
    const play = new Play((ctx) => ctx.sample('s', { messages, maxTokens: 5 } as never));
    const failure = (await play.failure()) as Error;
    expect(failure).toMatchObject({ code: 'invalid_sampling' });
    expect(failure.message).toContain("'s': This cannot be sampled: messages[1] has a 'content'");
    expect(failure.message).toContain(words);
  });

  it('SA-5 a sampled message has role, content and model', async () => {
    const play = new Play((ctx) =>
      ctx.sample('s', {
        messages: [{ role: 'user', content: { type: 'text', text: 'Hi' } }],
        maxTokens: 5,
      }),
    );
    await play.asks();
    await play.asks({ s: { role: 'assistant', content: 'no block', model: 'm' } });
    await play.asks({ s: { role: 'assistant', content: { type: 'text', text: 'Hello' } } });
    const good = { role: 'assistant', content: { type: 'text', text: 'Hello' }, model: 'm' };
    expect(await play.result({ s: { ...good, extra: 1 } })).toEqual(good);
  });

  it('RO-1 roots are file URIs', async () => {
    const play = new Play((ctx) => ctx.listRoots());
    await play.asks();
    await play.asks({ roots: { roots: [{ uri: 'https://example.com' }] } });
    const roots = [{ uri: 'file:///srv/app', name: 'app' }, { uri: 'file:///tmp' }];
    expect(await play.result({ roots: { roots } })).toEqual(roots);
  });
});

describe('F11 a capability the client did not declare', () => {
  const limited = { elicitation: {} };

  it('rejects the ask, so that the author can do without', async () => {
    const play = new Play(
      async (ctx) => {
        try {
          return await ctx.listRoots();
        } catch (error) {
          return error;
        }
      },
      { flow: testFlow({ capabilities: limited }) },
    );
    expect(await play.result()).toMatchObject({
      code: 'missing_capability',
      requiredCapabilities: { roots: {} },
    });
  });

  it('EL-1 an elicitation capability without modes means forms', async () => {
    const flow = testFlow({ capabilities: limited });
    expect(Object.keys(await new Play((ctx) => ctx.confirm('go', 'Go?'), { flow }).asks())).toEqual(
      ['go'],
    );
    const url = new Play(
      (ctx) => ctx.elicitUrl('u', { message: 'Open', url: 'https://example.com' }),
      { flow },
    );
    expect(await url.next()).toMatchObject({
      status: 'threw',
      error: { requiredCapabilities: { elicitation: { url: {} } } },
    });
  });

  it('is looked for once for all questions that need the same', async () => {
    let looked = 0;
    const flow = testFlow();
    const capabilities = flow.capabilities;
    Object.defineProperty(flow, 'capabilities', { get: () => (looked++, capabilities) });
    const keys = Array.from({ length: 20 }, (_, i) => `go ${i}`);
    const play = new Play((ctx) => Promise.all(keys.map((key) => ctx.confirm(key, 'Go?'))), {
      flow,
    });
    expect(Object.keys(await play.asks())).toEqual(keys);
    expect(looked).toBe(1);
  });

  const sampling = (more: Partial<CreateMessageParams>, declared: ClientCapabilities) =>
    new Play((ctx) => ctx.sample('s', { messages: [], maxTokens: 1, ...more }), {
      flow: testFlow({ capabilities: declared }),
    });

  it('SA-1 tools need sampling.tools', async () => {
    expect(await sampling({ tools: [] }, { sampling: {} }).next()).toMatchObject({
      error: { requiredCapabilities: { sampling: { tools: {} } } },
    });
  });

  it('SA-2 context of other servers, or of this one, needs sampling.context', async () => {
    for (const includeContext of ['thisServer', 'allServers'] as const) {
      expect(await sampling({ includeContext }, { sampling: {} }).next()).toMatchObject({
        error: { requiredCapabilities: { sampling: { context: {} } } },
      });
      const asked = await sampling({ includeContext }, { sampling: { context: {} } }).asks();
      expect(Object.keys(asked)).toEqual(['s']);
    }
    const none = await sampling({ includeContext: 'none' }, { sampling: {} }).asks();
    expect(Object.keys(none)).toEqual(['s']);
  });
});

describe('F16 an answer nobody asked for', () => {
  const handler = new Play(async (ctx) => {
    const [who, go] = await Promise.all([
      ctx.elicit('who', { message: 'Who?', schema: Person }),
      ctx.confirm('go', 'Go?'),
    ]);
    return [who, go, await ctx.elicit('next', { message: 'Next?', schema: Person })];
  }).handler;
  const unsolicited = { who: accept({ name: 'ada' }), go: YES, next: accept({ name: 'bob' }) };

  it('is taken for the first questions only, and never for a confirmation', async () => {
    const outcome = await new Play(handler).start({ unsolicited });
    expect(outcome.status === 'input_required' && outcome.asks.map((ask) => ask.key)).toEqual([
      'go',
    ]);
    expect(
      outcome.status === 'input_required' && outcome.recorded.entries.map((e) => e.key),
    ).toEqual(['who']);
  });

  it('is passed over when it does not fit, without a word about it', async () => {
    const outcome = await new Play(handler).start({ unsolicited: { who: accept({ name: 'x' }) } });
    if (outcome.status !== 'input_required') throw new Error(outcome.status);
    expect(outcome.asks.map((ask) => [ask.key, ask.sendings])).toEqual([
      ['who', 1],
      ['go', 1],
    ]);
    expect(message(outcome.asks[0])).toBe('Who?');
  });

  it('is not taken once an outcome has been delivered', async () => {
    const play = new Play(async (ctx) => {
      await ctx.checkpoint('soon', { after: 60_000 });
      return ctx.elicit('who', { message: 'Who?', schema: Person });
    });
    expect(await play.start({ unsolicited })).toMatchObject({ asks: [{ key: 'who' }] });
  });

  it('is not taken once a step has begun, whose outcome is yet to come', async () => {
    const play = new Play((ctx) => {
      const work = ctx.step('work', () => 1);
      return Promise.all([work, ctx.elicit('who', { message: 'Who?', schema: Person })]);
    });
    expect(await play.start({ unsolicited })).toMatchObject({ asks: [{ key: 'who' }] });
  });
});
