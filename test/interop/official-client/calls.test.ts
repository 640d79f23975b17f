/** The official client against this server: what the two read out of one specification. */
import { isInputRequiredResult } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { ErrorCode, PROTOCOL_VERSION } from '../../../src/index.ts';
import { type Answers, refusal, textOf } from '../../support/official-client/peer.ts';
import { EVERY_FIELD } from '../../programs/interop/server.ts';
import { stages } from '../../support/official-client/stage.ts';

const all = stages();

const YES: Answers = { form: () => ({ action: 'accept', content: { confirm: true } }) };
const MISSING = ErrorCode.MissingRequiredClientCapability;

describe.each(all)('over $name the official client finds the revision', (stage) => {
  it('VM-6 EN-13 and learns from server/discover who and what this is', () => {
    const { client } = stage.peer;
    const offered = ['completions', 'extensions', 'logging', 'prompts', 'resources', 'tools'];
    expect(client.getNegotiatedProtocolVersion()).toBe(PROTOCOL_VERSION);
    expect(client.getProtocolEra()).toBe('modern');
    expect(client.getDiscoverResult()?.supportedVersions).toEqual([PROTOCOL_VERSION]);
    expect(client.getServerVersion()).toEqual({ name: 'rondo-conformance', version: '1.0.0' });
    expect(Object.keys(client.getServerCapabilities() ?? {}).toSorted()).toEqual(offered);
  });

  it('VM-6 VM-9 by itself, and shakes no hands', async () => {
    const free = await stage.link.connect({ versionNegotiation: { mode: 'auto' } });
    expect(free.client.getNegotiatedProtocolVersion()).toBe(PROTOCOL_VERSION);
    expect(await free.call('test_simple_text')).toMatch(/^This is/);
    expect(free.requests('initialize')).toEqual([]);
    expect(free.strays).toEqual([]);
    await free.client.close();
  });

  it('L3 or with a handshake, when it only knows older ones', async () => {
    const old = await stage.link.connect({ versionNegotiation: { mode: 'legacy' } });
    expect(old.client.getNegotiatedProtocolVersion()).toBe('2025-11-25');
    expect(await old.call('test_simple_text')).toMatch(/^This is/);
    await old.client.close();
  });
});

describe.each(all)('over $name the official client calls tools', (stage) => {
  it('TO-8 and gets content of every kind', async () => {
    const { peer } = stage;
    expect(await peer.call('test_simple_text')).toBe('This is a simple text response for testing.');
    expect(await peer.call('test_image_content')).toBe('image');
    expect(await peer.call('test_audio_content')).toBe('audio');
    expect(await peer.call('test_embedded_resource')).toBe('resource');
    expect(await peer.call('test_multiple_content_types')).toMatch(/test:\nimage\nresource$/);
  });

  it('TO-7 and gets structured content that fits the declared schema', async () => {
    await stage.peer.client.listTools();
    const call = { name: 'interop_sum', arguments: { a: 2, b: 3.5 } };
    const result = await stage.peer.client.callTool(call);
    expect(result.structuredContent).toEqual({ sum: 5.5 });
    expect(JSON.parse(textOf(result))).toEqual({ sum: 5.5 });
  });

  it('TO-6 and gets the failure of a tool as a result', async () => {
    const result = await stage.peer.client.callTool({ name: 'test_error_handling' });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toBe('This tool intentionally returns an error for testing');
  });

  it('TO-6 and gets bad arguments as a result that names them', async () => {
    const call = { name: 'interop_sum', arguments: { a: 'two', b: 3 } };
    const result = await stage.peer.client.callTool(call);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/^Invalid arguments:\n- a: /);
  });

  it('TO-5 and is refused a tool there is none', async () => {
    const error = await refusal(stage.peer.client.callTool({ name: 'nothing' }));
    expect(error).toEqual({ code: ErrorCode.InvalidParams });
  });

  it("EN-3 and gets an author's own error as it was thrown", async () => {
    const error = await refusal(stage.peer.client.callTool({ name: 'test_protocol_error' }));
    expect(error).toEqual({ code: 4_711, data: { detail: true } });
  });

  it('TO-1 TO-3 having seen their schemas, to the last keyword', async () => {
    const { tools } = await stage.peer.client.listTools();
    const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema;
    expect(tools.every(({ inputSchema }) => inputSchema.type === 'object')).toBe(true);
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $defs: { address: { $anchor: 'addressDef' } },
      properties: { address: { $ref: '#/$defs/address' } },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      else: { required: ['email'] },
      additionalProperties: false,
    });
  });
});

describe.each(all)('over $name the official client is asked', (stage) => {
  it('EL-3 EL-6 MS-3 MS-26 to fill in a form', async () => {
    const { peer } = stage;
    peer.answers = { form: () => ({ action: 'accept', content: { name: 'Ines' } }) };
    expect(await peer.call('test_input_required_result_elicitation')).toBe('Hello, Ines!');
    expect(peer.asked).toEqual(['What is your name?']);
    const [asking] = peer.results('tools/call');
    expect(asking).toMatchObject({ resultType: 'input_required' });
    expect(asking).not.toHaveProperty('ttlMs');
  });

  it('EL-4 EL-5 to fill in fields of every kind', async () => {
    const text = { name: 'Ines', email: 'ines@example.com', page: 'https://example.com/ines' };
    const time = { day: '2026-08-01', moment: '2026-08-01T18:30:00Z' };
    const choice = { size: 'm', area: 'out', days: ['sat', 'sun'], extras: ['cake'], legacy: 'y' };
    const content = { ...text, ...time, share: 0.5, guests: 4, smoking: false, ...choice };
    const shown: unknown[] = [];
    stage.peer.answers = {
      form({ requestedSchema }) {
        shown.push(requestedSchema.properties);
        return { action: 'accept', content };
      },
    };
    const told: unknown = JSON.parse(await stage.peer.call('interop_every_field'));
    expect(told).toEqual({ action: 'accept', content });
    expect(shown).toEqual([EVERY_FIELD.properties]);
  });

  it('EL-7 to fill in a form, and fills in the defaults itself', async () => {
    const capabilities = { elicitation: { form: { applyDefaults: true } } };
    const filler = await stage.link.connect({ capabilities });
    const typed = { name: 'Ines', email: 'ines@example.com', area: 'in' };
    filler.answers = { form: () => ({ action: 'accept', content: { ...typed } }) };
    const content = { ...typed, guests: 2, smoking: false };
    const told: unknown = JSON.parse(await filler.call('interop_every_field'));
    expect(told).toEqual({ action: 'accept', content });
    await filler.client.close();
  });

  it('EL-3 EL-14 to open a URL', async () => {
    const opened: string[] = [];
    stage.peer.answers = {
      url({ url }) {
        opened.push(url);
        return { action: 'accept' };
      },
    };
    expect(await stage.peer.call('test_url_elicitation')).toBe('accept');
    expect(opened).toEqual(['https://example.com/sign-in']);
  });

  it('SA-3 SA-5 for a message of its model', async () => {
    const content = { type: 'text', text: 'Paris' } as const;
    stage.peer.answers = { sample: () => ({ role: 'assistant', content, model: 'a-model' }) };
    const told = await stage.peer.call('test_input_required_result_sampling');
    expect(told).toBe('The model said: {"type":"text","text":"Paris"}');
  });

  it('SA-1 SA-5 for a message of its model, which may use tools', async () => {
    const use = { type: 'tool_use' as const, id: 'use-1', name: 'weather', input: { at: 'sea' } };
    const offered: unknown[] = [];
    stage.peer.answers = {
      sample({ tools, toolChoice }) {
        offered.push(
          tools?.map(({ name }) => name),
          toolChoice,
        );
        return { role: 'assistant', content: [use], model: 'a-model', stopReason: 'toolUse' };
      },
    };
    expect(JSON.parse(await stage.peer.call('interop_model_with_tools'))).toEqual([use]);
    expect(offered).toEqual([['weather'], { mode: 'required' }]);
  });

  it('RO-1 for its directories', async () => {
    const roots = [{ uri: 'file:///srv/a', name: 'A' }, { uri: 'file:///srv/b' }];
    stage.peer.answers = { roots: () => roots };
    const told = await stage.peer.call('test_input_required_result_list_roots');
    expect(told).toBe('Roots: file:///srv/a, file:///srv/b');
  });
});

describe.each(all)('over $name the official client goes through rounds', (stage) => {
  it('MS-7 with three questions in one', async () => {
    const { peer } = stage;
    const content = { type: 'text', text: 'Good day' } as const;
    peer.answers = {
      form: () => ({ action: 'accept', content: { name: 'Ines' } }),
      sample: () => ({ role: 'assistant', content, model: 'a-model' }),
      roots: () => [{ uri: 'file:///srv' }],
    };
    const told = await peer.call('test_input_required_result_multiple_inputs');
    expect(told).toBe('accept, 1 roots');
    expect(peer.asked.toSorted()).toEqual(['What is your name?', 'roots', 'sampling']);
    expect(peer.requests('tools/call')).toHaveLength(2);
  });

  it('MS-11 one after the other', async () => {
    const { peer } = stage;
    const replies: Record<string, string>[] = [{ name: 'Ines' }, { color: 'blue' }];
    peer.answers = { form: () => ({ action: 'accept', content: replies.shift()! }) };
    expect(await peer.call('test_input_required_result_multi_round')).toBe('Both known.');
    const questions = ['Step 1: What is your name?', 'Step 2: What is your favorite color?'];
    expect(peer.asked).toEqual(questions);
    const states = peer.results('tools/call').map(({ requestState }) => requestState);
    expect(states).toEqual([expect.any(String), expect.any(String), undefined]);
    expect(states[0]).not.toBe(states[1]);
  });

  it("MS-4 MS-13 written by hand, with the handler's own state", async () => {
    stage.peer.answers = { form: () => ({ action: 'accept', content: { ok: true } }) };
    const told = await stage.peer.call('test_input_required_result_request_state');
    expect(told).toBe('state-ok (first round)');
  });

  it('MS-24 with nothing to answer, only to come back', async () => {
    expect(await stage.peer.call('interop_checkpoint')).toBe('Came back.');
    expect(stage.peer.requests('tools/call')).toHaveLength(2);
    expect(stage.peer.results('tools/call')[0]).not.toHaveProperty('inputRequests');
  });

  it('MS-10 while a step taken in the first is not taken again', async () => {
    stage.peer.answers = YES;
    const told = await stage.peer.call('interop_ticket');
    const ticket = told.slice(0, 36);
    expect(told).toBe(`${ticket}: true, true`);
    expect(stage.peer.asked).toEqual([`Take ${ticket}?`, `Really take ${ticket}?`]);
  });

  it('MC-5 MC-6 MC-8 with the same request again, state and answers added', async () => {
    const { peer } = stage;
    peer.answers = { form: () => ({ action: 'accept', content: { word: 'salt' } }) };
    expect(await peer.call('interop_word', { word: 'pepper' })).toBe('pepper and salt');
    const [first, retry] = peer.requests('tools/call');
    const [asking] = peer.results('tools/call');
    expect(retry!.id).not.toBe(first!.id);
    expect(retry!.params).toEqual({
      ...first!.params,
      inputResponses: { other: { action: 'accept', content: { word: 'salt' } } },
      requestState: asking!['requestState'],
    });
  });

  it('MC-9 HS-16 of twenty calls at once, each answer to its own question', async () => {
    const { peer } = stage;
    const match = (message: string): string => `${/'(.+)'/.exec(message)![1]!}!`;
    peer.answers = {
      form: ({ message }) => ({ action: 'accept', content: { word: match(message) } }),
    };
    const words = Array.from({ length: 20 }, (_, i) => `word ${i}`);
    const told = await Promise.all(words.map((word) => peer.call('interop_word', { word })));
    expect(told).toEqual(words.map((word) => `${word} and ${word}!`));
  });
});

describe.each(all)('over $name the official client refuses', (stage) => {
  it.each(['decline', 'cancel'] as const)('MS-23 EL-6 a form with %s', async (action) => {
    stage.peer.answers = { form: () => ({ action }) };
    expect(await stage.peer.call('test_input_required_result_elicitation')).toBe('Hello!');
    expect(await stage.peer.call('test_input_required_result_tampered_state')).toBe('false');
    expect(stage.peer.asked).toHaveLength(2);
  });

  it.each(['decline', 'cancel'] as const)('MS-23 EL-14 a URL with %s', async (action) => {
    stage.peer.answers = { url: () => ({ action }) };
    expect(await stage.peer.call('test_url_elicitation')).toBe(action);
  });

  it('MS-23 TO-6 what a tool cannot do without', async () => {
    stage.peer.answers = { form: () => ({ action: 'decline' }) };
    const call = { name: 'interop_word', arguments: { word: 'pepper' } };
    const result = await stage.peer.client.callTool(call);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('decline');
  });

  it('MC-13 by not coming back, and can go on with something else', async () => {
    const { peer } = stage;
    const asking = peer.call('test_input_required_result_sampling');
    await expect(asking).rejects.toThrow('nobody expected this question');
    expect(peer.requests('tools/call')).toHaveLength(1);
    expect(await peer.call('test_simple_text')).toMatch(/^This is/);
  });
});

describe.each(all)('over $name the official client takes single rounds', (stage) => {
  const params = { name: 'interop_word', arguments: { word: 'pepper' } };
  const answer = (word: unknown): object => ({ other: { action: 'accept', content: { word } } });
  const done = { content: [{ type: 'text', text: 'pepper and salt' }] };

  it('MS-3 MS-5 MS-6 and gets bare questions under keys of ours', async () => {
    const asking = await stage.peer.round(params);
    expect(isInputRequiredResult(asking)).toBe(true);
    const properties = { word: { type: 'string' } };
    const requestedSchema = { type: 'object', properties, required: ['word'] };
    const question = { mode: 'form', message: "What goes with 'pepper'?", requestedSchema };
    expect(asking.inputRequests).toEqual({
      other: { method: 'elicitation/create', params: question },
    });
  });

  it('MS-10 and finishes on a new connection what another began', async () => {
    const { requestState } = await stage.peer.round(params);
    const other = await stage.link.connect({ capabilities: { elicitation: { form: {} } } });
    const retry = { ...params, requestState, inputResponses: answer('salt') };
    expect(await other.round(retry)).toMatchObject(done);
    await other.client.close();
  });

  it('MS-22 and is asked again for an answer it left out', async () => {
    const { requestState } = await stage.peer.round(params);
    const again = await stage.peer.round({ ...params, requestState, inputResponses: {} });
    expect(Object.keys(again.inputRequests ?? {})).toEqual(['other']);
  });

  it('MS-20 EL-7 and is asked again for a wrong answer, and told what was wrong', async () => {
    const { requestState } = await stage.peer.round(params);
    const retry = { ...params, requestState, inputResponses: answer(7) };
    const again = await stage.peer.round(retry);
    const problem = /^Please check your answer:\n- word: .+\n\nWhat goes with 'pepper'\?$/;
    const message: unknown = expect.stringMatching(problem);
    expect(again.inputRequests).toMatchObject({ other: { params: { message } } });
  });

  it('MS-21 and may answer what nobody asked', async () => {
    const { requestState } = await stage.peer.round(params);
    const inputResponses = { ...answer('salt'), stray: { action: 'accept' } };
    expect(await stage.peer.round({ ...params, requestState, inputResponses })).toMatchObject(done);
  });

  it('MS-14 MS-15 MS-18 and is refused state it changed or carried elsewhere', async () => {
    const { requestState } = await stage.peer.round(params);
    const added = { requestState, inputResponses: answer('salt') };
    const refused = { code: ErrorCode.InvalidParams, data: { reason: 'request_state' } };
    for (const wrong of [
      { ...params, ...added, requestState: `${requestState}-TAMPERED` },
      { ...params, ...added, arguments: { word: 'oil' } },
      { ...added, name: 'test_input_required_result_elicitation' },
    ]) {
      expect(await refusal(stage.peer.round(wrong))).toEqual(refused);
    }
  });
});

describe.each(all)('over $name the official client gets prompts', (stage) => {
  const textsOf = async (name: string, args?: Record<string, string>): Promise<string[]> => {
    const prompt = { name, ...(args && { arguments: args }) };
    const { messages } = await stage.peer.client.getPrompt(prompt);
    return messages.map(({ content }) => (content.type === 'text' ? content.text : content.type));
  };

  it('PR-1 having listed them', async () => {
    const { prompts } = await stage.peer.client.listPrompts();
    const found = prompts.find(({ name }) => name === 'test_prompt_with_arguments');
    const required = ['arg1', 'arg2'].map((name) => ({ name, required: true }));
    expect(prompts).toHaveLength(6);
    expect(found?.arguments).toEqual(required);
  });

  it('PR-3 with messages of every kind', async () => {
    expect(await textsOf('test_simple_prompt')).toEqual(['This is a simple prompt for testing.']);
    const filled = await textsOf('test_prompt_with_arguments', { arg1: 'a', arg2: 'b' });
    expect(filled).toEqual(["Prompt with arguments: arg1='a', arg2='b'"]);
    expect((await textsOf('test_prompt_with_image'))[0]).toBe('image');
    const args = { resourceUri: 'test://static-text' };
    expect((await textsOf('test_prompt_with_embedded_resource', args))[0]).toBe('resource');
  });

  it('PR-4 after being asked', async () => {
    const { peer } = stage;
    peer.answers = { form: () => ({ action: 'accept', content: { context: 'the sea' } }) };
    expect(await textsOf('test_input_required_result_prompt')).toEqual(['About the sea']);
    peer.answers = { form: () => ({ action: 'cancel' }) };
    expect(await textsOf('test_input_required_result_prompt')).toEqual(['About nothing']);
    peer.answers = { form: () => ({ action: 'accept', content: { word: 'calm' } }) };
    expect(await textsOf('interop_prompt', { topic: 'storms' })).toEqual(['storms: calm']);
    expect(peer.asked.at(-1)).toBe('Which tone for storms?');
  });

  it('PR-2 but none there is not, and none without its arguments', async () => {
    const refused = { code: ErrorCode.InvalidParams };
    expect(await refusal(textsOf('nothing'))).toEqual(refused);
    expect(await refusal(textsOf('test_prompt_with_arguments', { arg1: 'a' }))).toEqual(refused);
  });

  it('CO-1 and has an argument completed', async () => {
    const ref = { type: 'ref/prompt', name: 'test_prompt_with_arguments' } as const;
    const argument = { name: 'arg1', value: 'par' };
    const { completion } = await stage.peer.client.complete({ ref, argument });
    expect(completion).toEqual({ values: ['paris', 'party'], total: 2, hasMore: false });
  });
});

describe.each(all)('over $name the official client reads resources', (stage) => {
  const read = async (uri: string): Promise<object | undefined> =>
    (await stage.peer.client.readResource({ uri })).contents[0];

  it('RE-1 having listed them and their templates', async () => {
    const { resources } = await stage.peer.client.listResources();
    const { resourceTemplates } = await stage.peer.client.listResourceTemplates();
    const fixtures = ['static-text', 'static-binary', 'watched-resource', 'asking'];
    const uris = [...fixtures.map((name) => `test://${name}`), 'interop://cached'];
    const templates = ['test://template/{id}/data', 'interop://notes/{id}'];
    expect(resources.map(({ uri }) => uri)).toEqual(uris);
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(templates);
  });

  it('RE-1 RE-3 in text, in bytes, and of a template', async () => {
    const uri = 'test://static-text';
    const text = 'This is the content of the static text resource.';
    expect(await read(uri)).toEqual({ uri, mimeType: 'text/plain', text });
    expect(await read('test://static-binary')).toHaveProperty('blob');
    expect(await read('test://template/12/data')).toHaveProperty(
      'text',
      expect.stringMatching(/12/),
    );
  });

  it('RE-2 but none that is not there', async () => {
    const uri = 'test://nothing';
    expect(await refusal(read(uri))).toEqual({ code: ErrorCode.InvalidParams, data: { uri } });
  });

  it('RE-4 after being asked', async () => {
    stage.peer.answers = YES;
    expect(await read('test://asking')).toHaveProperty('text', 'Read.');
    expect(await read('interop://notes/7')).toHaveProperty('text', 'Note 7');
    stage.peer.answers = { form: () => ({ action: 'decline' }) };
    expect(await read('test://asking')).toHaveProperty('text', 'Not read.');
    expect(stage.peer.asked).toEqual(['May it be read?', 'Open note 7?', 'May it be read?']);
  });

  it('CA-1 CA-3 and keeps what may be kept, and nothing else', async () => {
    const first = await read('interop://cached');
    expect(await read('interop://cached')).toEqual(first);
    expect(stage.peer.requests('resources/read')).toHaveLength(1);
    await read('test://static-text');
    await read('test://static-text');
    expect(stage.peer.requests('resources/read')).toHaveLength(3);
  });
});

describe.each(all)('over $name the official client that lacks a capability', (stage) => {
  it('MS-9 EN-9 is told which, before anything runs', async () => {
    const call = stage.plain.client.callTool({ name: 'test_missing_capability' });
    const data = { requiredCapabilities: { sampling: {} } };
    expect(await refusal(call)).toEqual({ code: MISSING, data });
  });

  it('MS-8 EL-2 is told which instead of being asked', async () => {
    const { client } = stage.plain;
    const needs = async (asking: Promise<unknown>): Promise<unknown> => {
      const { code, data } = await refusal(asking);
      expect(code).toBe(MISSING);
      return (data as { requiredCapabilities: unknown }).requiredCapabilities;
    };
    const tool = (name: string): Promise<unknown> => needs(client.callTool({ name }));
    const form = { elicitation: { form: {} } };
    expect(await tool('test_input_required_result_elicitation')).toEqual(form);
    expect(await tool('test_url_elicitation')).toEqual({ elicitation: { url: {} } });
    expect(await tool('test_input_required_result_list_roots')).toEqual({ roots: {} });
    expect(await tool('interop_model_with_tools')).toEqual({ sampling: { tools: {} } });
    const prompt = client.getPrompt({ name: 'test_input_required_result_prompt' });
    expect(await needs(prompt)).toEqual(form);
    expect(await needs(client.readResource({ uri: 'test://asking' }))).toEqual(form);
  });

  it('MS-8 EL-1 is asked only what it can be asked', async () => {
    const name = 'test_input_required_result_capabilities';
    expect(await stage.plain.call(name)).toBe('Asked 0 things.');
    const inForms = await stage.link.connect({ capabilities: { elicitation: {} } });
    inForms.answers = YES;
    expect(await inForms.call(name)).toBe('Asked 1 things.');
    expect(inForms.asked).toEqual(['OK?']);
    await inForms.client.close();
  });
});
