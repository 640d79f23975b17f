import { describe, expect, it } from 'vitest';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import type { ParamHeader } from '../param-headers.ts';
import { mirroredHeaders, standardHeaders } from './headers.ts';

const request = (method: string, params?: object): JsonRpcRequest =>
  ({ jsonrpc: '2.0', id: 1, method, ...(params && { params }) }) as JsonRpcRequest;

const STANDARD = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
  'MCP-Protocol-Version': '2026-07-28',
};

describe('HC-2 HC-4 the headers of a message', () => {
  it.each<[string, object | undefined, object]>([
    ['tools/list', undefined, {}],
    ['tools/list', { name: 'a' }, {}],
    ['tools/call', { name: 'a' }, { 'Mcp-Name': 'a' }],
    ['tools/call', { name: 'é' }, { 'Mcp-Name': '=?base64?w6k=?=' }],
    ['resources/read', { uri: 'a', name: 'b' }, { 'Mcp-Name': 'a' }],
    ['tools/call', undefined, {}],
    ['tools/call', { name: 7 }, {}],
  ])('%s %j', (method, params, more) => {
    const headers = standardHeaders(request(method, params));
    expect(headers).toEqual({ ...STANDARD, 'Mcp-Method': method, ...more });
  });
});

describe('HC-6 the headers of arguments', () => {
  const param = (name: string): ParamHeader => ({
    header: `mcp-param-${name}`,
    label: `Mcp-Param-${name}`,
    path: [name],
    type: 'string',
  });

  it('are those that are there', () => {
    const expected = ['text', 'number', 'no', 'absent', 'nothing', 'empty'].map(param);
    const args = { text: 'é', number: 4, no: false, nothing: null, empty: '', other: 'x' };
    expect(mirroredHeaders(expected, args)).toEqual({
      'Mcp-Param-text': '=?base64?w6k=?=',
      'Mcp-Param-number': '4',
      'Mcp-Param-no': 'false',
      'Mcp-Param-empty': '',
    });
    expect(mirroredHeaders(expected, undefined)).toEqual({});
  });
});
