/** The headers a client sends with a message (checklist HC-2 to HC-5). */
import type { JsonRpcRequest } from '../protocol/jsonrpc.ts';
import { targetParam } from '../protocol/methods.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { encodeHeaderValue } from './header-value.ts';

/** Headers that repeat the body, for whoever routes by them. */
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
