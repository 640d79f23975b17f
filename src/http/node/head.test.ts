import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { NodeHead } from './head.ts';

/** A request, and how often the second object of all its headers was made. */
function requestWith(
  headers: IncomingHttpHeaders,
  distinct: Record<string, string[]> = {},
  url: string | undefined = '/mcp',
): { request: IncomingMessage; made: () => number } {
  let count = 0;
  const request = {
    method: 'POST',
    url,
    headers,
    get headersDistinct(): Record<string, string[]> {
      count++;
      return distinct;
    },
  };
  return { request: request as unknown as IncomingMessage, made: () => count };
}

describe('the Authorization header of a request of node:http', () => {
  it('is not looked for among copies of all headers where there is none', () => {
    const { request, made } = requestWith({ host: 'a' });
    expect(new NodeHead(request).headers.get('Authorization')).toBeNull();
    expect(made()).toBe(0);
  });

  it('A10 is read, until it is hidden', () => {
    const { request } = requestWith({ authorization: 'a' }, { authorization: ['Bearer a'] });
    const head = new NodeHead(request);
    expect(head.headers.get('authorization')).toBe('Bearer a');
    expect(head.headers.get('AUTHORIZATION')).toBe('Bearer a');
    head.hideCredentials();
    expect(head.headers.get('authorization')).toBeNull();
    expect(head.headers.get('Authorization')).toBeNull();
  });

  it('is all of them, though Node keeps the first: a proxy may have looked at another one', () => {
    const { request } = requestWith({ authorization: 'a' }, { authorization: ['a', 'b'] });
    expect(new NodeHead(request).headers.get('authorization')).toBe('a, b');
  });

  it('is not there where the copies have none', () => {
    const { request } = requestWith({ authorization: 'a' });
    expect(new NodeHead(request).headers.get('authorization')).toBeNull();
  });
});

describe('the head of a request of node:http', () => {
  it('has headers by their names, in any case', () => {
    const { request } = requestWith({ 'x-a': '1', 'set-cookie': ['a', 'b'], authenticated: 'yes' });
    const { headers } = new NodeHead(request);
    expect([headers.get('x-a'), headers.get('X-A'), headers.get('x-b')]).toEqual(['1', '1', null]);
    expect(headers.get('Set-Cookie')).toBe('a, b');
    // As long as `authorization`, which is another one.
    expect(headers.get('authenticated')).toBe('yes');
  });

  it('has its method, its path and its host', () => {
    const { request } = requestWith({ host: 'a' }, {}, '/mcp?b');
    const head = new NodeHead(request);
    expect([head.method, head.url, head.headers.get('host')]).toEqual(['POST', '/mcp?b', 'a']);
  });

  it.each([
    ['http://b:1/mcp?c', '/mcp?c', 'b:1'],
    ['http:///mcp', '/mcp', ''],
    ['*', '*', 'a'],
  ])('HS-3 has those of a target in absolute form: %s', (url, path, host) => {
    const { request } = requestWith({ host: 'a', 'x-a': '1' }, {}, url);
    const head = new NodeHead(request);
    expect([head.url, head.headers.get('host'), head.headers.get('x-a')]).toEqual([
      path,
      host,
      '1',
    ]);
  });

  it('may be without a method and a target, for the types of Node', () => {
    const head = new NodeHead({ headers: {} } as IncomingMessage);
    expect([head.method, head.url]).toEqual(['', '']);
  });
});
