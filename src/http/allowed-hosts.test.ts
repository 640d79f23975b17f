import { describe, expect, it } from 'vitest';
import { AllowedHosts, isListableHost } from './allowed-hosts.ts';

describe('hosts that are listed', () => {
  const hosts = new AllowedHosts([
    'MCP.example',
    'api.example:8443',
    'www.example:443',
    '[::1]:3000',
  ]);

  it.each([
    'mcp.example',
    'Mcp.Example:80',
    'mcp.example:8443',
    'api.example:8443',
    'API.example:8443',
    'www.example',
    'www.example:443',
    '[::1]:3000',
  ])('%s is one', (host) => expect(hosts.has(host)).toBe(true));

  it.each([
    '',
    'api.example',
    'api.example:443',
    'www.example:8443',
    'www.example:80',
    '[::1]',
    '[::1]:3001',
    'mcp.example.evil',
    'evil.example',
    'mcp.example:8443:1',
    'user@mcp.example',
  ])('%j is not', (host) => expect(hosts.has(host)).toBe(false));
});

it.each([
  undefined,
  7,
  '',
  'mcp.example:0',
  'mcp.example:08',
  'mcp.example:123456',
  '*',
  '*.example',
  'https://mcp.example',
  'mcp.example/',
  'user@mcp.example',
  'mcp .example',
  '名.example',
])('%j cannot be listed as a host', (host) => expect(isListableHost(host)).toBe(false));

it.each([
  'mcp.example',
  'MCP.example',
  'mcp.example:1',
  'mcp.example:65535',
  '127.0.0.1',
  '[::1]:3000',
  'a',
])('%s can be listed as a host', (host) => expect(isListableHost(host)).toBe(true));
