import { describe, expect, it } from 'vitest';
import { serverUrl } from './server-url.ts';

describe('the URL of a server', () => {
  it.each(['http://a/mcp?b', 'https://a:1/', 'HTTP://A'])('may be %s', (given) => {
    expect(serverUrl(given).href).toBe(new URL(given).href);
    expect(serverUrl(new URL(given)).href).toBe(new URL(given).href);
  });

  it.each([
    ['node server.js', 'To start a program'],
    ['', 'is not a URL'],
    ['ws://a', 'not ws:'],
    ['file:///a', 'not file:'],
    ['https://user@a', 'Credentials must not be in the URL'],
    ['https://:password@a', 'Credentials must not be in the URL'],
  ])('cannot be %j', (given, words) => {
    expect(() => serverUrl(given)).toThrow(words);
  });
});
