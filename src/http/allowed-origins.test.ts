import { describe, expect, it } from 'vitest';
import { AllowedOrigins, isListable } from './allowed-origins.ts';

const LISTED = [
  'https://app.example',
  'tauri://localhost',
  'chrome-extension://abc',
  'vscode-webview://*',
];

describe('HS-2 listed origins', () => {
  it.each([...LISTED.slice(0, 3), 'vscode-webview://1a2b3c', 'vscode-webview://0'])(
    'let %s call',
    (origin) => expect(new AllowedOrigins(LISTED).has(origin)).toBe(true),
  );

  it.each([
    'null',
    '',
    'https://app.example:8443',
    'http://app.example',
    'https://app.example.evil',
    'tauri://localhost:1',
    'tauri://other',
    'chrome-extension://abcd',
    'vscode-webview',
    'vscode-webview:',
    'vscode-webview2://a',
    'x-vscode-webview://a',
    'https://evil.example, vscode-webview://a',
  ])('do not let %j call', (origin) => {
    expect(new AllowedOrigins(LISTED).has(origin)).toBe(false);
  });
});

describe('HS-2 every origin', () => {
  const all = new AllowedOrigins('*');

  it.each(['https://app.example', 'http://localhost:6274', 'http://[::1]:1', 'tauri://localhost'])(
    'lets %s call',
    (origin) => expect(all.has(origin)).toBe(true),
  );

  it.each([
    'null',
    '',
    '*',
    'https://a.example, https://b.example',
    'https://a.example/',
    'https://user@a.example',
    'file://',
    'data:text/html,x',
    'app://[x',
    'ws://a.example',
    `https://${'a'.repeat(10_000)}`,
  ])('does not let %j call', (origin) => expect(all.has(origin)).toBe(false));
});

describe('HS-2 in a list of origins', () => {
  it.each(['https://app.example', 'http://localhost:1', 'tauri://localhost', 'vscode-webview://*'])(
    '%s can be',
    (origin) => expect(isListable(origin)).toBe(true),
  );

  it.each([
    undefined,
    7,
    '',
    '*',
    'null',
    'app.example',
    'https://app.example/',
    'https://app.example:443',
    'https://*',
    'http://*',
    'https://*.example',
    'file://*',
    'ws://*',
    '://*',
    'a b://*',
    'vscode-webview://a*',
  ])('%j cannot be', (origin) => expect(isListable(origin)).toBe(false));
});
