/** Our client and servers of the official SDK 1.32, which speaks 2025-11-25. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { failure } from '../../support/bad-servers/calls.ts';
import { ASKING, WAYS, called, oldStage } from '../../support/old-server/stage.ts';

describe.each(WAYS)('an official old server, %s,', (_name, open) => {
  const stage = oldStage(open);

  it('L17 L18 says what it is and what it offers', async () => {
    const discovered = await stage.connect().discover();
    expect(discovered).toMatchObject({
      supportedVersions: ['2025-11-25'],
      capabilities: { tools: {}, prompts: {}, resources: {}, logging: {} },
      instructions: 'Ask politely.',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'old-server' } },
    });
  });

  it('L17 lists, and is called', async () => {
    const client = stage.connect();
    const tools = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['sum', 'ask']));
    const outputSchema = z.object({ sum: z.number() });
    const result = await client.callTool('sum', { a: 2, b: 40 }, { outputSchema });
    expect(result.structuredContent).toEqual({ sum: 42 });
    expect(await client.callTool('fails')).toMatchObject({ isError: true });
  });

  it('L17 gives prompts, resources and completions', async () => {
    const client = stage.connect();
    const { messages } = await client.getPrompt('review', { language: 'rust' });
    expect(messages[0]!.content).toEqual({ type: 'text', text: 'Review this rust.' });
    expect((await client.listResources()).map(({ uri }) => uri)).toEqual(['config://app']);
    expect(await client.listResourceTemplates()).toMatchObject([{ uriTemplate: 'note://{id}' }]);
    expect((await client.readResource('note://a')).contents).toMatchObject([{ text: 'Note a' }]);
    expect(await failure(client.readResource('nothing://'))).toMatchObject({ code: -32602 });
    const ref = { type: 'ref/prompt', name: 'review' } as const;
    const argument = { name: 'language', value: 'r' };
    expect((await client.complete({ ref, argument })).values).toEqual(['rust', 'ruby']);
  });
});

describe.each(ASKING)('an official old server that asks, %s,', (_name, open) => {
  const stage = oldStage(open);

  it.each(['ask', 'ask_apart'])('L19 asks a form: %s', async (tool) => {
    const answer = { action: 'accept', content: { word: 'fox' } };
    expect(JSON.parse(await called(stage.connect(), tool))).toEqual(answer);
  });

  it.each(['decline', 'cancel'] as const)('L19 hears a %s', async (action) => {
    const client = stage.connect({ onElicit: () => ({ action }) });
    expect(JSON.parse(await called(client, 'ask'))).toEqual({ action });
  });

  it('L19 asks everything at once', async () => {
    const answers = JSON.parse(await called(stage.connect(), 'ask_all')) as unknown;
    expect(answers).toMatchObject([
      { action: 'accept' },
      { content: { text: 'Yes.' }, model: 'm1' },
      { roots: [{ uri: 'file:///srv/data' }] },
    ]);
  });

  it('L19 asks to open a URL, and several times in one call', async () => {
    expect(await called(stage.connect(), 'ask_url')).toBe('accept');
    expect(await called(stage.connect(), 'three_words')).toBe('fox fox fox');
  });

  it('L19 asks several calls at once', async () => {
    const client = stage.connect();
    const calls = ['ask', 'three_words', 'ask_apart'].map((name) => called(client, name));
    expect((await Promise.all(calls))[1]).toBe('fox fox fox');
  });

  it('L19 hears that a client cannot be asked', async () => {
    const result = await stage.connect({ roots: [], onElicit: undefined as never }).callTool('ask');
    expect(result.isError).toBe(true);
  });

  it('L19 reports progress and logs', async () => {
    const heard: unknown[] = [];
    await stage.connect().callTool(
      'works',
      {},
      {
        onProgress: ({ progress, total }) => heard.push([progress, total]),
        onLog: ({ level, data }) => heard.push([level, data]),
        logLevel: 'warning',
      },
    );
    expect(heard).toEqual([
      [1, 2],
      [2, 2],
      ['warning', 'careful'],
    ]);
  });

  it('L19 says that its tools have changed', async () => {
    const client = stage.connect();
    const subscription = await client.listen({ toolsListChanged: true });
    await client.callTool('more');
    for await (const change of subscription) {
      expect(change).toEqual({ type: 'toolsListChanged' });
      break;
    }
  });

  it('L19 hears that a call is cancelled', async () => {
    const client = stage.connect();
    const abort = new AbortController();
    const call = failure(client.callTool('wait', {}, { signal: abort.signal }));
    await client.listTools();
    abort.abort();
    expect(await call).toMatchObject({ code: 'cancelled' });
    expect(await called(client, 'sum', { a: 1, b: 1 })).toBe('2');
  });

  it('L19 is driven round by round', async () => {
    const flow = stage.connect().start('tools/call', { name: 'three_words' });
    for (let round = 1; flow.status !== 'complete'; round++) {
      for (const key of flow.unanswered) {
        flow.answer(key, { action: 'accept', content: { word: `w${round}` } });
      }
      await flow.advance();
    }
    expect(flow.era).toBe('2025-11-25');
    expect(flow.result).toMatchObject({ content: [{ text: 'w2 w3 w4' }] });
  });
});

describe('an official old server with sessions', () => {
  const stage = oldStage(ASKING[0]![1]);

  it('L18 that has forgotten them is called in a new one', async () => {
    const client = stage.connect();
    expect(await called(client, 'sum', { a: 1, b: 2 })).toBe('3');
    stage.http!.forget();
    expect(await called(client, 'three_words')).toBe('fox fox fox');
    const begun = stage.http!.seen.filter(({ method }) => method === 'initialize');
    expect(begun).toHaveLength(2);
  });

  it('L18 is asked to end them', async () => {
    const client = stage.connect();
    await client.listTools();
    await client.close();
    expect(stage.http!.seen.at(-1)).toMatchObject({ httpMethod: 'DELETE' });
  });
});
