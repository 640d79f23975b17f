import { describe, expect, it } from 'vitest';
import { withOwnHeaders } from './own-headers.ts';

const PROTOCOL = { 'Content-Type': 'application/json', 'Mcp-Method': 'm' };

describe('the headers of the caller', () => {
  it.each<[string, unknown, object]>([
    ['none', undefined, {}],
    ['an object', { Authorization: 'a' }, { Authorization: 'a' }],
    ['Headers', new Headers({ Authorization: 'a' }), { authorization: 'a' }],
    ['a Map', new Map([['a', 'b']]), { a: 'b' }],
    ['absent ones', { a: undefined, b: 'c' }, { b: 'c' }],
    [
      'those of the protocol, which win in any case',
      { 'content-TYPE': 'x', 'MCP-METHOD': 'x' },
      {},
    ],
  ])('may be %s', (_, own, added) => {
    expect(withOwnHeaders(own as never, PROTOCOL)).toEqual({ ...PROTOCOL, ...added });
  });

  it.each(['a: b', 7, true])('cannot be %j', (own) => {
    expect(() => withOwnHeaders(own as never, PROTOCOL)).toThrow("'http.headers' must give");
  });
});
