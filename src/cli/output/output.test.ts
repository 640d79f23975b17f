import { describe, expect, it } from 'vitest';
import { renderCatalogue } from './catalogue.ts';
import { renderContent } from './content.ts';
import { renderResult, resourceBytes } from './result.ts';

describe('content', () => {
  const blob = { uri: 'a://b', blob: 'AAAA' };
  it.each<[unknown, string]>([
    [{ type: 'text', text: 'a\u001b[2J\nb' }, 'a\nb'],
    [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }, '[image, image/png, 3 bytes]'],
    [{ type: 'audio', data: '', mimeType: 'audio/ogg\r\n' }, '[audio, audio/ogg, 0 bytes]'],
    [{ type: 'resource_link', uri: 'a://b', name: 'n' }, '[link, n, a://b]'],
    [
      { type: 'resource', resource: { uri: 'a://b', text: 'abc', mimeType: 'text/x' } },
      '[resource, a://b, text/x, 3 characters]',
    ],
    [{ type: 'resource', resource: blob }, '[resource, a://b, 3 bytes]'],
    [{ type: 'resource_link', uri: 'a://b' }, '[link, a://b]'],
    // What is not as it should be is shown as it is.
    [{ type: 'hologram', a: '\u202e' }, '{"type":"hologram","a":"\\u202e"}'],
    [{ type: 'constructor' }, '{"type":"constructor"}'],
    [{ type: 'resource' }, '{"type":"resource"}'],
    [{ type: 'resource', resource: { uri: 7 } }, '{"type":"resource","resource":{"uri":7}}'],
    [{ type: 'text' }, '{"type":"text"}'],
    [{ type: 'image', mimeType: 'image/png' }, '{"type":"image","mimeType":"image/png"}'],
    [null, 'null'],
    ['text', '"text"'],
  ])('%j is %s', (block, text) => {
    expect(renderContent(block)).toBe(text);
  });
});

describe('a result', () => {
  it('of a tool is its text, or its structured content if it has no text', () => {
    const text = { type: 'text', text: 'three' };
    const structuredContent = { sum: 3 };
    expect(renderResult('tools/call', { content: [text], structuredContent })).toBe('three');
    expect(renderResult('tools/call', { content: [], structuredContent })).toBe('{\n  "sum": 3\n}');
    expect(renderResult('tools/call', { content: [] })).toBe('');
  });

  it('of a prompt is its messages', () => {
    const messages = ['user', 'assistant'].map((role) => ({
      role,
      content: { type: 'text', text: 'hi' },
    }));
    expect(renderResult('prompts/get', { messages })).toBe('user: hi\nassistant: hi');
  });

  it('of a resource is its contents, which files get as they are', () => {
    const contents = [
      { uri: 'a:b', text: '\u001b[1mx' },
      { uri: 'a:c', blob: 'AAH/' },
    ];
    expect(renderResult('resources/read', { contents })).toBe('x\n[resource, a:c, 3 bytes]');
    expect([...resourceBytes({ contents })]).toEqual([27, 91, 49, 109, 120, 0, 1, 255]);
  });

  it('is shown as JSON where it does not have what its method promises', () => {
    expect(renderResult('tools/call', { content: 'text' })).toBe('{\n  "content": "text"\n}');
    expect(renderResult('tools/call', {})).toBe('{}');
    const text = { type: 'text', text: 'bought' };
    expect(renderResult('tools/call', { content: [null, text] })).toBe('null\nbought');
    expect(renderResult('prompts/get', { messages: [{ role: 'user' }, 7] })).toBe(
      '{"role":"user"}\n7',
    );
    expect(renderResult('resources/read', { contents: [{ uri: 'a:b' }] })).toBe('{"uri":"a:b"}');
    expect(String(resourceBytes({ contents: [null, { text: 'a' }] }))).toBe('nulla');
    expect(String(resourceBytes({}))).toBe('{}');
  });
});

describe('a catalogue', () => {
  it('is no wider than its stream, and has only what there is', () => {
    const description =
      'Deploys a release to where it is wanted, and asks before it does that. '.repeat(3);
    const inputSchema = {
      type: 'object' as const,
      properties: {
        env: { enum: ['staging', 'prod'], description: 'Where to' },
        n: { type: 'integer', default: 2 },
      },
      required: ['env'],
    };
    const tools = [{ name: 'deploy\u001b[2J', description, inputSchema }];
    const server = { name: 'shop', version: '1.0.0', title: 'The Shop' };
    const empty = { prompts: [], resources: [], resourceTemplates: [] };
    const text = renderCatalogue({ server, tools, ...empty }, { columns: 60 });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(60);
    expect(text).toContain('The Shop (shop 1.0.0)\n\nTools\n  deploy\n    Deploys');
    expect(text).toContain('--arg env=<staging|prod, required>  Where to');
    expect(text).toContain('--arg n=<integer, default 2>');
    expect(text).not.toContain('Prompts');
    expect(renderCatalogue({ tools: [], ...empty }, {})).toContain('It offers nothing.');
  });

  it('has arguments wherever the schema has them', () => {
    const inputSchema = {
      type: 'object' as const,
      $ref: '#/$defs/base',
      oneOf: [{ properties: { n: { type: 'integer' } }, required: ['n'] }],
      $defs: { base: { properties: { id: { type: 'string' } }, required: ['id'] } },
    };
    const empty = { prompts: [], resources: [], resourceTemplates: [] };
    const text = renderCatalogue({ tools: [{ name: 't', inputSchema }], ...empty }, {});
    expect(text).toContain('--arg id=<string, required>');
    expect(text).toContain('--arg n=<integer>');
  });

  it('is shown of servers that get it wrong as well', () => {
    const odd = [{ name: 7, description: {}, title: 'A title' }] as never;
    const prompts = [{ name: 'p', arguments: [null, { name: 'a', description: 1 }] }] as never;
    const catalogue = { tools: odd, prompts, resources: odd, resourceTemplates: odd };
    expect(renderCatalogue(catalogue, {})).toContain('  7\n    A title');
    expect(renderCatalogue(catalogue, {})).toContain('      --arg a=<text>');
  });
});
