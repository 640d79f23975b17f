/** The headers that a client sends with a message (HC-2 to HC-6). */
import type { UnknownRecord } from '../../base/json/json.ts';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import { targetParam } from '../../protocol/names/methods.ts';
import { PROTOCOL_VERSION } from '../../protocol/names/version.ts';
import { encodeHeaderValue } from '../header-value.ts';
import { type ParamHeader, argumentAt } from '../param-headers.ts';

/** Headers that repeat parts of the body, for proxies that route by them. */
export function standardHeaders({ method, params }: JsonRpcRequest): Record<string, string> {
  const param = targetParam(method);
  const target = param && params?.[param];
  return {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    'MCP-Protocol-Version': PROTOCOL_VERSION,
    'Mcp-Method': method,
    ...(typeof target === 'string' && { 'Mcp-Name': encodeHeaderValue(target) }),
  };
}

/** Headers that repeat annotated arguments. Absent arguments and `null` have no header (HC-6). */
export function mirroredHeaders(
  expected: readonly ParamHeader[],
  args: UnknownRecord | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { label, path } of expected) {
    const value = argumentAt(args, path);
    if (value !== undefined) headers[label] = encodeHeaderValue(String(value));
  }
  return headers;
}
