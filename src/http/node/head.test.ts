import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { NodeHead } from './head.ts';

/** A request, and how often the second object of all its headers was made. */
function requestWith(headers: IncomingHttpHeaders): {
  request: IncomingMessage;
  made: () => number;
} {
  let count = 0;
  const request = {
    method: 'POST',
    url: '/mcp',
    headers,
    get headersDistinct(): Record<string, string[]> {
      count++;
      return Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, [`${value}`]]),
      );
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

  it('is read, until it is hidden', () => {
    const { request } = requestWith({ authorization: 'Bearer a' });
    const head = new NodeHead(request);
    expect(head.headers.get('authorization')).toBe('Bearer a');
    head.hideCredentials();
    expect(head.headers.get('authorization')).toBeNull();
  });
});
