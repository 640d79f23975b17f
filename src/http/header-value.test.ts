import { describe, expect, it } from 'vitest';
import { LINEAR, growth } from '../base/test-support/growth.ts';
import { decodeHeaderValue, encodeHeaderValue, trimBlanks } from './header-value.ts';
import { resolveHttpPolicy } from './policy.ts';
import { matchParamHeaders, matchRequestHeaders, matchVersionHeader } from './request-headers.ts';
import { checkHead } from './check-head.ts';

describe('blanks around a header', () => {
  it.each([
    ['', ''],
    [' ', ''],
    [' \t \t', ''],
    ['a', 'a'],
    ['\ta \t', 'a'],
    [' a  \t b ', 'a  \t b'],
    ['\u00a0a\n', '\u00a0a\n'],
  ])('are cut off %j', (header, trimmed) => expect(trimBlanks(header)).toBe(trimmed));
});

/** What is long in a header, in the ways that make expressions try again and again. */
const LONG: [string, (length: number) => string][] = [
  ['blanks inside', (length) => `a${' '.repeat(length)}b`],
  ['tabs inside', (length) => `a${'\t'.repeat(length)}b`],
  ['blanks and another character by turns', (length) => `${' a'.repeat(length)}\u0001`],
  ['one character', (length) => `${'a'.repeat(length)}\u0001`],
  ['digits', (length) => `${'1'.repeat(length)}x`],
  ['colons and digits', (length) => ':1'.repeat(length)],
  ['a port', (length) => `a:${'1'.repeat(length)}x`],
  ['dots', (length) => 'a.'.repeat(length)],
  ['base64', (length) => `=?base64?${'A'.repeat(length)}?=`],
  ['a type and blanks', (length) => `application/json${' '.repeat(length)}x`],
];

describe.each(LONG)('a header with %s', (_name, textOf) => {
  const cost = (run: (text: string) => unknown): number =>
    growth((text) => {
      try {
        run(text);
      } catch {
        // Refused, which is right; what counts is how long that took.
      }
    }, textOf);
  const only = (name: string, text: string) => ({
    get: (asked: string) => (asked === name ? text : null),
  });

  it('is decoded and encoded in linear time', () => {
    expect(cost(decodeHeaderValue)).toBeLessThan(LINEAR);
    expect(cost(encodeHeaderValue)).toBeLessThan(LINEAR);
  });

  it('is held against the body in linear time', () => {
    const request = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a' } } as const;
    const number = { header: 'n', label: 'N', path: ['n'], type: 'integer' } as const;
    const method = (text: string) => matchRequestHeaders(only('mcp-method', text), request);
    expect(cost((text) => matchVersionHeader(only('mcp-protocol-version', text), ''))).toBeLessThan(
      LINEAR,
    );
    expect(cost(method)).toBeLessThan(LINEAR);
    expect(cost((text) => matchParamHeaders(only('n', text), [number], { n: 1 }))).toBeLessThan(
      LINEAR,
    );
  });

  it.each(['host', 'origin', 'content-type', 'accept', 'access-control-request-headers'])(
    'is looked at in linear time when it is %s',
    (name) => {
      const policy = resolveHttpPolicy({
        allowedHosts: ['a'],
        allowedOrigins: ['https://a.example'],
        cors: true,
      });
      const run = (text: string): void => {
        const headers = new Map([
          ['host', 'a'],
          ['content-type', 'application/json'],
          ['origin', 'https://a.example'],
          [name, text],
        ]);
        const head = { url: '/', headers: { get: (asked: string) => headers.get(asked) ?? null } };
        for (const method of ['POST', 'OPTIONS']) checkHead({ ...head, method }, policy, false);
      };
      expect(cost(run)).toBeLessThan(LINEAR);
    },
  );
});
