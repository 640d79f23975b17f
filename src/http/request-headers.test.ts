import { describe, expect, it } from 'vitest';
import type { JsonRpcRequest } from '../protocol/types/jsonrpc.ts';
import { RpcError } from '../protocol/rpc-error.ts';
import { encodeHeaderValue } from './header-value.ts';
import type { ParamHeader } from './param-headers.ts';
import {
  matchParamHeaders,
  matchRequestHeaders,
  matchVersionHeader,
  requireVersionHeader,
} from './request-headers.ts';
import { headOf } from './test-support/head.ts';

type Sent = Readonly<Record<string, string | undefined>>;

const of = (headers: Sent) => headOf(headers).headers;

/** The message of the mismatch; `undefined` if there is none. */
function refusal(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== -32020) throw error;
    return error.message;
  }
}

describe('HS-7 the version of the protocol', () => {
  it('has to be in a header, which says what this server speaks', () => {
    for (const version of [undefined, '']) {
      const missing = refusal(() => requireVersionHeader(of({ 'mcp-protocol-version': version })));
      expect(missing).toContain('2026-07-28');
    }
    expect(
      refusal(() => requireVersionHeader(of({ 'mcp-protocol-version': '1' }))),
    ).toBeUndefined();
  });

  it.each<[string | undefined, boolean]>([
    ['2026-07-28', true],
    [' 2026-07-28\t', true],
    ['2025-11-25', false],
    ['2026-07-28, 2026-07-28', false],
    [undefined, false],
  ])('in the header is that of the body: %j', (sent, is) => {
    const headers = of({ 'mcp-protocol-version': sent });
    expect(refusal(() => matchVersionHeader(headers, '2026-07-28')) === undefined).toBe(is);
  });
});

describe('HS-8 method and name', () => {
  const call = (params?: Record<string, unknown>, method = 'tools/call'): JsonRpcRequest =>
    ({ jsonrpc: '2.0', id: 1, method, ...(params && { params }) }) as JsonRpcRequest;
  const match = (headers: Sent, request: JsonRpcRequest, nameParam?: string) =>
    refusal(() => matchRequestHeaders(of(headers), request, nameParam));
  const tool = { 'mcp-method': 'tools/call', 'mcp-name': 'greet' };

  it.each<[string, Sent]>([
    ['equal', {}],
    ['with blanks around them', { 'mcp-method': ' tools/call ', 'mcp-name': '\tgreet ' }],
    ['encoded', { 'mcp-name': '=?base64?Z3JlZXQ=?=' }],
  ])('may be %s', (_, more) => {
    expect(match({ ...tool, ...more }, call({ name: 'greet' }))).toBeUndefined();
  });

  it.each<[string, Sent, RegExp]>([
    ['no method', { 'mcp-method': undefined }, /Mcp-Method is missing/],
    ['an empty method', { 'mcp-method': '' }, /Mcp-Method is missing/],
    ['another method', { 'mcp-method': 'tools/list' }, /Mcp-Method does not match/],
    ['no name', { 'mcp-name': undefined }, /Mcp-Name is missing/],
    ['an empty name', { 'mcp-name': '' }, /Mcp-Name is missing/],
    ['another name', { 'mcp-name': 'other' }, /Mcp-Name does not match params.name/],
    ['a damaged name', { 'mcp-name': '=?base64?Z3J!ZXQ=?=' }, /Mcp-Name does not match/],
  ])('are a mismatch with %s', (_, more, words) => {
    expect(match({ ...tool, ...more }, call({ name: 'greet' }))).toMatch(words);
  });

  it('are a mismatch with a body that names nothing, also if the header is damaged', () => {
    for (const name of ['greet', '=?base64?Z3J!ZXQ=?=']) {
      expect(match({ ...tool, 'mcp-name': name }, call())).toContain('params.name');
      expect(match({ ...tool, 'mcp-name': name }, call({}))).toContain('params.name');
      expect(match({ ...tool, 'mcp-name': name }, call({ name: 7 }))).toContain('params.name');
    }
  });

  it('need no name where the protocol has none, unless an extension does', () => {
    const headers = { 'mcp-method': 'own/thing' };
    const request = call({ key: 'k' }, 'own/thing');
    expect(match(headers, request)).toBeUndefined();
    expect(match(headers, request, 'key')).toContain('Mcp-Name is missing');
    expect(match({ ...headers, 'mcp-name': 'k' }, request, 'key')).toBeUndefined();
  });

  it('take the param of the method, as in a resource', () => {
    const request = call({ uri: 'file:///a', name: 'other' }, 'resources/read');
    const headers = { 'mcp-method': 'resources/read', 'mcp-name': 'file:///a' };
    expect(match(headers, request)).toBeUndefined();
  });
});

describe('HS-11 arguments that headers repeat', () => {
  const param = (name: string, type: ParamHeader['type']): ParamHeader => ({
    header: `mcp-param-${name}`,
    label: `Mcp-Param-${name}`,
    path: ['deep', name],
    type,
  });
  const PARAMS = [param('city', 'string'), param('guests', 'integer'), param('vip', 'boolean')];
  const match = (args: Record<string, unknown>, headers: Sent) =>
    refusal(() => matchParamHeaders(of(headers), PARAMS, { deep: args }));

  it('are there and equal', () => {
    const headers = { 'mcp-param-city': 'Rom', 'mcp-param-guests': '4', 'mcp-param-vip': 'true' };
    expect(match({ city: 'Rom', guests: 4, vip: true }, headers)).toBeUndefined();
    const city = 'Évora';
    expect(match({ city }, { 'mcp-param-city': encodeHeaderValue(city) })).toBeUndefined();
    expect(match({ city: '' }, { 'mcp-param-city': '' })).toBeUndefined();
  });

  it('are absent together', () => {
    expect(match({}, {})).toBeUndefined();
    expect(match({ city: null }, {})).toBeUndefined();
    expect(match({ city: 'Rom' }, {})).toContain('Mcp-Param-city is missing');
    for (const sent of ['', 'Rom', 'undefined', '=?base64?!?=']) {
      expect(match({}, { 'mcp-param-city': sent })).toContain('Mcp-Param-city does not match');
    }
  });

  it.each<[unknown, string]>([
    ['Rom', 'rom'],
    ['Rom', 'Rome'],
    ['4', '5'],
    [true, 'True'],
    [true, 'false'],
    [true, '1'],
    [false, ''],
    ['', '=?base64?!?='],
    [{}, '[object Object]'],
  ])('are a mismatch with %j in the body and %j in the header', (city, sent) => {
    expect(match({ city }, { 'mcp-param-city': sent })).toContain('does not match the body');
  });

  it.each<[number, string]>([
    [42, '42'],
    [42, '42.0'],
    [-7, '-7'],
    [0.5, '0.5'],
    [12, '12.000'],
    [Number.MAX_SAFE_INTEGER, String(Number.MAX_SAFE_INTEGER)],
    [Number.MIN_SAFE_INTEGER, String(Number.MIN_SAFE_INTEGER)],
  ])('say the number %d as %s', (guests, sent) => {
    expect(match({ guests }, { 'mcp-param-guests': sent })).toBeUndefined();
  });

  it.each<[number, string]>([
    [42, '43'],
    [42, '0x2a'],
    [42, '4.2e1'],
    [42, '+42'],
    [42, '42.'],
    [42, '--42'],
    [42, '42 '.concat('x')],
    [42, 'x42'],
    [0, ''],
    [0.5, '.5'],
    [2 ** 53, String(2 ** 53)],
    [-(2 ** 53), String(-(2 ** 53))],
  ])('do not say the number %d as %j', (guests, sent) => {
    expect(match({ guests }, { 'mcp-param-guests': sent })).toContain('does not match the body');
  });
});
