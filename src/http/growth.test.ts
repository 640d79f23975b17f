import { describe, expect, it } from 'vitest';
import { isLoopback } from '../base/loopback.ts';
import { LINEAR, growth } from '../base/test-support/growth.ts';
import { LONG_HEADERS } from '../base/test-support/long-texts.ts';
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts';
import { paramHeaders } from './param-headers.ts';
import { resolveHttpPolicy } from './policy.ts';
import { matchParamHeaders, matchRequestHeaders, matchVersionHeader } from './request-headers.ts';
import { HttpLog } from './http-log.ts';
import { requestTarget } from './node/request-target.ts';
import { Routes } from './routes/routes.ts';
import { checkHead, isEncoded } from './check-head.ts';

const ignore = (): void => {};
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

describe.each(LONG_HEADERS)('a header with %s', (_name, textOf) => {
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

  it.each([
    'host',
    'origin',
    'content-type',
    'content-encoding',
    'accept',
    'access-control-request-headers',
  ])('is looked at in linear time when it is %s', (name) => {
    const listed = { allowedHosts: ['a', 'a:8443'], cors: true };
    const policies = [
      resolveHttpPolicy(silent),
      resolveHttpPolicy(silent, { ...listed, allowedOrigins: ['https://a.example', 'app://*'] }),
      resolveHttpPolicy(silent, { ...listed, allowedOrigins: '*' }),
    ];
    const run = (text: string): void => {
      const headers = new Map([
        ['host', 'a'],
        ['content-type', 'application/json'],
        ['origin', 'https://a.example'],
        [name, text],
      ]);
      const head = { url: '/', headers: { get: (asked: string) => headers.get(asked) ?? null } };
      for (const policy of policies) {
        for (const method of ['POST', 'OPTIONS']) {
          checkHead({ ...head, method }, policy, undefined);
          checkHead({ ...head, method }, policy, isLoopback);
        }
      }
      isEncoded(text);
    };
    expect(cost(run)).toBeLessThan(LINEAR);
  });

  it('is looked for in linear time in what authenticate threw about it', async () => {
    const log = new HttpLog(silent);
    const run = (text: string): void => {
      const words = text.replaceAll('a', 'aaaaaaaa ');
      log.authenticateThrew(new Error(words), only('authorization', words));
    };
    expect(cost(run)).toBeLessThan(LINEAR);
  });

  it('is read in linear time when it is the target of a request, or its authority', () => {
    const routes = new Routes({ '/a/*': () => new Response() }, '/mcp');
    const run = (text: string): void => {
      for (const url of [`http://a/${text}`, `http://${text}/`, text]) {
        routes.find(requestTarget(url).path);
      }
    };
    expect(cost(run)).toBeLessThan(LINEAR);
  });
});

it('HC-7 annotations are read in a time that grows with their number', () => {
  const schemaOf = (text: string): Record<string, unknown> => {
    const property = (i: number) => [`p${i}`, { type: 'string', 'x-mcp-header': `h${i}` }] as const;
    const properties = Object.fromEntries(Array.from(text, (_, i) => property(i)));
    return { type: 'object', properties };
  };
  const read = (text: string): unknown => paramHeaders(schemaOf(text));
  expect(paramHeaders(schemaOf('xx'))).toHaveLength(2);
  expect(growth(read, (length) => 'x'.repeat(length), 2_000)).toBeLessThan(LINEAR);
});
