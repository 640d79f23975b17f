/** Our client and the official server: questions and rounds. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { FlowSnapshot } from '../../../src/client/index.ts';
import { failure } from '../../support/bad-servers/calls.ts';
import { EVERY_FIELD } from '../../programs/official-server/asking.ts';
import { WAYS, openedStage } from '../../support/official-server/stage.ts';

describe.each(WAYS)('the official server, %s,', (_name, open) => {
  const stage = openedStage(open);
  beforeEach(() => {
    stage.asked.length = 0;
    stage.content = {};
  });

  const ask = async (tool: string): Promise<unknown> => JSON.parse(await stage.call(tool));

  it('EL-3 EL-4 EL-5 EL-6 asks a form with every kind of field, and EL-7 gets its defaults', async () => {
    stage.content = {
      name: 'Zoë',
      email: 'zoe@example.com',
      day: '2026-07-28',
      share: 0.5,
      size: 'm',
      area: 'in',
      days: ['sat', 'sun'],
      extras: ['cake'],
    };
    const content = { ...stage.content, guests: 2, smoking: false };
    expect(await ask('ask_form')).toEqual({ kind: 'elicit', action: 'accept', content });
    expect(stage.asked).toEqual(['What is it to be?']);
  });

  it('EL-4 shows the form as the server wrote it', async () => {
    const shown: unknown[] = [];
    const client = stage.connect({
      onElicit: ({ requestedSchema }) => {
        shown.push(requestedSchema);
        return { action: 'decline' };
      },
    });
    await stage.call('ask_form', {}, client);
    expect(shown).toEqual([EVERY_FIELD]);
  });

  it('EL-7 sends no answer that does not fit', async () => {
    stage.content = { name: 'Z', area: 'out' };
    const error = await failure(stage.call('ask_form'));
    expect(error).toMatchObject({ code: 'invalid_answer' });
    expect(error.message).toContain('name:');
    expect(error.message).toContain('area:');
  });

  it.each(['decline', 'cancel'] as const)('EL-6 hears a %s', async (action) => {
    const client = stage.connect({ onElicit: () => ({ action }), onElicitUrl: () => ({ action }) });
    const refused = JSON.stringify({ kind: 'elicit', action });
    expect(await stage.call('ask_form', {}, client)).toBe(refused);
    expect(await stage.call('ask_url', {}, client)).toBe(refused);
  });

  it('EL-10 EL-14 asks to open a URL', async () => {
    expect(await ask('ask_url')).toEqual({ kind: 'elicit', action: 'accept' });
    expect(stage.asked).toEqual(['https://example.com/sign-in?a=%20']);
  });

  it('SA-3 SA-5 asks the model', async () => {
    const content = { type: 'text', text: 'Yes.' };
    const result = { role: 'assistant', content, model: 'm1', stopReason: 'endTurn' };
    expect(await ask('ask_model')).toEqual({ kind: 'sampling', result });
    expect(stage.asked).toEqual([
      [{ role: 'user', content: { type: 'text', text: 'Will it rain?' } }],
    ]);
  });

  it('SA-1 asks the model to use tools', async () => {
    const use = { type: 'tool_use', id: 'u1', name: 'weather', input: { at: 'here' } } as const;
    const client = stage.connect({
      onSample: ({ tools, toolChoice }) => {
        expect(tools).toMatchObject([{ name: 'weather' }]);
        expect(toolChoice).toEqual({ mode: 'required' });
        return { role: 'assistant', content: [use], model: 'm1', stopReason: 'toolUse' };
      },
      sampling: { tools: true },
    });
    const view = JSON.parse(await stage.call('ask_model_with_tools', {}, client)) as unknown;
    expect(view).toMatchObject({ kind: 'sampling', result: { content: [use] } });
  });

  it('RO-1 asks for roots', async () => {
    const roots = [{ uri: 'file:///srv/data', name: 'Data' }];
    expect(await ask('ask_roots')).toEqual({ kind: 'roots', roots });
  });

  it('MC-3 MC-4 asks all of it in one round', async () => {
    stage.content = { name: 'Zoë', area: 'in' };
    expect(await stage.call('ask_everything')).toBe('elicit elicit sampling roots');
    expect(stage.asked).toHaveLength(4);
  });

  it('MC-5 MC-6 asks in several rounds, and finds its state again', async () => {
    stage.content = { word: 'fox' };
    expect(await stage.call('three_words')).toBe('fox fox fox');
    expect(stage.asked).toEqual([
      "Word 1, after ''?",
      "Word 2, after 'fox'?",
      "Word 3, after 'fox fox'?",
    ]);
  });

  it('MC-10 moves on in rounds without a question', async () => {
    expect(await stage.call('move_on')).toBe('Moved on 3 times.');
    expect(stage.asked).toEqual([]);
  });

  it('MC-14 is left when it asks for ever', async () => {
    stage.content = { word: 'again' };
    const error = await failure(stage.call('ask_for_ever'));
    expect(error).toMatchObject({ code: 'too_many_rounds' });
  });

  it('MC-9 serves flows side by side without mixing them up', async () => {
    stage.content = { word: 'w' };
    const calls = ['three_words', 'move_on', 'three_words', 'ask_roots', 'three_words'];
    const all = await Promise.all(calls.map((name) => stage.call(name)));
    expect(all.filter((text) => text === 'w w w')).toHaveLength(3);
    expect(all[1]).toBe('Moved on 3 times.');
  });

  it('T6 refuses a state that was changed, and the answers are handed back', async () => {
    const flow = stage.client.start('tools/call', { name: 'three_words', arguments: {} });
    await flow.advance();
    const { requestState, ...rest } = flow.toJSON();
    const snapshot: FlowSnapshot = { ...rest, requestState: `${requestState!}x` };
    const changed = stage.client.resume(snapshot);
    const answer = { action: 'accept' as const, content: { word: 'fox' } };
    changed.answer('word0', answer);
    expect(await failure(changed.advance())).toMatchObject({
      code: 'state_refused',
      answers: { word0: answer },
    });
  });

  it('goes on with a flow step by step, from where it was stored', async () => {
    const start = stage.client.start('tools/call', { name: 'three_words' });
    let stored = JSON.stringify(start);
    for (let round = 0; round < 4; round++) {
      const flow = stage.client.resume(JSON.parse(stored) as FlowSnapshot);
      for (const key of flow.unanswered) {
        flow.answer(key, { action: 'accept', content: { word: `w${round}` } });
      }
      await flow.advance();
      stored = JSON.stringify(flow);
    }
    expect(JSON.parse(stored)).toMatchObject({
      status: 'complete',
      result: { content: [{ text: 'w1 w2 w3' }] },
    });
  });

  it('MS-8 EN-9 says what a client would have to declare', async () => {
    const error = await failure(stage.connect().callTool('ask_form'));
    expect(error).toMatchObject({
      name: 'RpcError',
      code: -32021,
      data: { requiredCapabilities: { elicitation: {} } },
    });
  });
});
