/** Our client and the official server: tools, prompts, resources, completion, errors. */
import {
  McpServer,
  Server,
  WebStandardStreamableHTTPServerTransport,
  createMcpHandler,
} from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { client, failure } from '../../support/bad-servers/calls.ts';
import { WAYS, openedStage } from '../../support/official-server/stage.ts';

const names = (items: readonly { name: string }[]): string[] => items.map(({ name }) => name);

describe.each(WAYS)('the official server, %s,', (_name, open) => {
  const stage = openedStage(open);

  it('VM-6 says what it offers', async () => {
    const { supportedVersions, capabilities, instructions, _meta } = await stage.client.discover();
    expect(supportedVersions).toContain('2026-07-28');
    expect(capabilities).toMatchObject({ tools: {}, prompts: {}, resources: {}, completions: {} });
    expect(instructions).toBe('Ask politely.');
    expect(_meta).toMatchObject({
      'io.modelcontextprotocol/serverInfo': { name: 'official-server' },
    });
  });

  it('TO-1 TO-3 lists its tools', async () => {
    const tools = await stage.client.listTools();
    expect(names(tools)).toEqual(expect.arrayContaining(['ask_form', 'sum', 'mirrored', 'wait']));
    expect(tools.find(({ name }) => name === 'sum')).toMatchObject({
      title: 'Sum',
      inputSchema: { type: 'object', required: ['a', 'b'] },
      outputSchema: { type: 'object' },
      annotations: { readOnlyHint: true },
    });
  });

  it('TO-7 hands back structured content, which is typed and checked', async () => {
    const outputSchema = z.object({ sum: z.number().transform(String) });
    const result = await stage.client.callTool('sum', { a: 2, b: 40 }, { outputSchema });
    expect(result.structuredContent).toEqual({ sum: '42' });
    const never = z.object({ sum: z.string() });
    const error = await failure(
      stage.client.callTool('sum', { a: 1, b: 1 }, { outputSchema: never }),
    );
    expect(error).toMatchObject({ code: 'invalid_response' });
  });

  it('TO-8 hands back every kind of content', async () => {
    const { content } = await stage.client.callTool('media');
    expect(content.map(({ type }) => type)).toEqual(['text', 'image', 'resource_link', 'resource']);
  });

  it('HC-6 is sent mirrored arguments, whatever they hold', async () => {
    const args = { region: 'Zürich \n', size: 42, spare: 'x' };
    await stage.client.listTools();
    expect(JSON.parse(await stage.call('mirrored', args))).toEqual(args);
    expect(JSON.parse(await stage.call('mirrored', { region: '' }))).toEqual({ region: '' });
  });

  it('HC-8 is asked for its tools when it misses a header', async () => {
    const args = { region: 'here', size: 1 };
    expect(JSON.parse(await stage.call('mirrored', args, stage.connect()))).toEqual(args);
  });

  it('TO-6 T12 tells of what goes wrong inside a tool in its result', async () => {
    expect(await stage.client.callTool('fails')).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('Out of paper') as string }],
    });
    expect(await stage.client.callTool('sum', { a: 'two' })).toMatchObject({ isError: true });
  });

  it('TO-5 EN-3 answers with errors of the protocol', async () => {
    expect(await failure(stage.client.callTool('nothing'))).toMatchObject({
      name: 'RpcError',
      code: -32602,
    });
    expect(await failure(stage.client.getPrompt('nothing'))).toMatchObject({ code: -32602 });
    expect(await failure(stage.client.readResource('nothing://'))).toMatchObject({ code: -32602 });
  });

  it('PR-1 PR-4 lists prompts, gives them, and asks in one', async () => {
    const prompts = await stage.client.listPrompts();
    expect(names(prompts)).toEqual(['review', 'asking']);
    expect(prompts[0]).toMatchObject({ arguments: [{ name: 'language', required: true }] });
    const { messages } = await stage.client.getPrompt('review', { language: 'rust' });
    expect(messages).toEqual([
      { role: 'user', content: { type: 'text', text: 'Review this rust.' } },
    ]);
    stage.content = { word: 'kind' };
    const asked = await stage.client.getPrompt('asking');
    expect(asked.messages[0]!.content).toEqual({ type: 'text', text: 'Be kind.' });
  });

  it('RE-1 RE-3 lists and reads resources, as text and as bytes', async () => {
    const resources = await stage.client.listResources();
    expect(names(resources)).toEqual(['config', 'pixel', 'kept']);
    const { contents } = await stage.client.readResource('config://app');
    expect(contents).toEqual([{ uri: 'config://app', mimeType: 'text/plain', text: 'level=info' }]);
    const pixel = await stage.client.readResource('pixel://red');
    expect(pixel.contents[0]).toMatchObject({ blob: expect.stringContaining('iVBOR') as string });
  });

  it('RE-4 lists templates, and asks before it gives what they stand for', async () => {
    const templates = await stage.client.listResourceTemplates();
    expect(templates).toMatchObject([{ name: 'note', uriTemplate: 'note://{id}' }]);
    stage.content = { may: true };
    const { contents } = await stage.client.readResource('note://a1');
    expect(contents).toEqual([{ uri: 'note://a1', text: 'Note a1' }]);
  });

  it('CO-1 completes arguments of prompts and of templates', async () => {
    const prompt = { type: 'ref/prompt', name: 'review' } as const;
    const argument = { name: 'language', value: 'r' };
    expect(await stage.client.complete({ ref: prompt, argument })).toEqual({
      values: ['rust', 'ruby'],
      total: 2,
      hasMore: false,
    });
    const ref = { type: 'ref/resource', uri: 'note://{id}' } as const;
    const note = await stage.client.complete({ ref, argument: { name: 'id', value: 'a' } });
    expect(note.values).toEqual(['a1', 'a2']);
  });

  it('MC-12 is asked again for what depended on an answer', async () => {
    stage.asked.length = 0;
    stage.content = { may: true };
    await stage.client.readResource('note://a1');
    await stage.client.readResource('note://a1');
    expect(stage.asked).toEqual(['May a1 be read?', 'May a1 be read?']);
  });
});

describe('an official server of lists with pages', () => {
  const tools = Array.from({ length: 7 }, (_, i) => ({
    name: `tool${i}`,
    inputSchema: { type: 'object' as const },
  }));

  it('PA-1 gives them all, also when the first cursor is empty', async () => {
    const handler = createMcpHandler(() => {
      const server = new Server({ name: 'pages', version: '1' }, { capabilities: { tools: {} } });
      server.setRequestHandler('tools/list', ({ params }) => {
        const start = params?.cursor === undefined ? 0 : Number(params.cursor) || 3;
        const end = start + 3;
        const next = start === 0 ? '' : String(end);
        return { tools: tools.slice(start, end), ...(end < 7 && { nextCursor: next }) };
      });
      return server;
    });
    const fetch: typeof globalThis.fetch = (url, init) => handler.fetch(new Request(url, init));
    const pages = client('http://localhost/mcp', { http: { fetch } });
    expect(names(await pages.listTools())).toEqual(names(tools));
    await handler.close();
  });
});

describe('an official server of earlier revisions only', () => {
  it('HC-11 VM-5 is refused with the revisions it does speak', async () => {
    const fetch: typeof globalThis.fetch = async (url, init) => {
      const server = new McpServer({ name: 'earlier', version: '1' });
      const transport = new WebStandardStreamableHTTPServerTransport();
      await server.connect(transport);
      return transport.handleRequest(new Request(url, init));
    };
    const error = await failure(client('http://localhost/mcp', { http: { fetch } }).listTools());
    expect(error).toMatchObject({ name: 'RpcError', code: -32000 });
    expect(error.message).toContain('supported versions: 2025-11-25');
  });
});
