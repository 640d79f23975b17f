import { describe, expect, it } from 'vitest';
import { ResourceTemplate } from '../resources/resource-template.ts';
import { McpServer } from '../server.ts';
import type { DisplayFields } from './display-fields.ts';

function register(config: DisplayFields): void {
  const server = new McpServer({ name: 's', version: '1' });
  const template = new ResourceTemplate('a://{b}', { list: undefined });
  server.registerTool('t', config, () => 'x');
  server.registerPrompt('p', config, () => 'x');
  server.registerResource('r', 'a://b', config, () => 'x');
  server.registerResource('rt', template, config, () => 'x');
}

describe('what clients show of a thing', () => {
  it('SE-4 has icons that are https or data, without credentials', () => {
    for (const src of ['https://example.com/a.png', 'data:image/png;base64,AAAA']) {
      expect(() => register({ icons: [{ src }] })).not.toThrow();
    }
    const bad = [
      'http://example.com/a.png',
      'https://me:pass@example.com/a.png',
      'javascript:alert(1)',
      'file:///etc/passwd',
      '/a.png',
    ];
    for (const src of bad)
      expect(() => register({ icons: [{ src }] })).toThrow(
        "'icons' of tool 't' has an icon whose src",
      );
  });

  it('EN-14 has _meta keys as the protocol spells them', () => {
    const good = ['a', 'a_b.c-d', 'example.com/a', 'io.modelcontextprotocol/ui', 'a.b/', '1'];
    for (const key of good) expect(() => register({ _meta: { [key]: 1 } })).not.toThrow();
    const unparsed = ['', '-a', 'a-', 'a b', '/a', '1.com/a', 'a-.com/b', 'a..b/c', 'é'];
    const reserved = ['io.modelcontextprotocol/a/b', 'com.mcp.x/-', 'a.MCP/a b'];
    for (const key of [...unparsed, ...reserved]) {
      expect(() => register({ _meta: { [key]: 1 } })).toThrow('which is not a key for _meta');
    }
  });
});
