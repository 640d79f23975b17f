/**
 * Compares the headers of a request with its body (HS-7 to HS-11): a proxy that routes by the
 * headers and the server that acts on the body must see the same request.
 */
import { lastResultOf } from '../base/last-result.ts';
import type { HeaderLookup } from '../protocol/types/header-lookup.ts';
import type { JsonRpcRequest } from '../protocol/types/jsonrpc.ts';
import { targetParam } from '../protocol/names/methods.ts';
import { headerMismatch } from '../protocol/rpc-error.ts';
import { PROTOCOL_VERSION } from '../protocol/names/version.ts';
import { decodeHeaderValue, trimBlanks } from './header-value.ts';
import { type ParamHeader, argumentAt } from './param-headers.ts';

const VERSION = 'mcp-protocol-version';

const decodeName = lastResultOf(decodeHeaderValue);

/** @throws RpcError `-32020` if there is no version header */
export function requireVersionHeader(headers: HeaderLookup): void {
  if (headers.get(VERSION)) return;
  throw headerMismatch(`MCP-Protocol-Version is missing; this server speaks ${PROTOCOL_VERSION}`);
}

/** @throws RpcError `-32020` unless the version header equals the version in the body */
export function matchVersionHeader(headers: HeaderLookup, version: string): void {
  if (trimBlanks(headers.get(VERSION) ?? '') === version) return;
  throw headerMismatch('MCP-Protocol-Version does not match the body');
}

/**
 * @param nameParam the param that `Mcp-Name` mirrors; by default as the protocol says
 * @throws RpcError `-32020` unless `Mcp-Method` and, where needed, `Mcp-Name` match the body
 */
export function matchRequestHeaders(
  headers: HeaderLookup,
  request: JsonRpcRequest,
  nameParam?: string,
): void {
  const { method } = request;
  const sent = headers.get('mcp-method');
  if (!sent) throw headerMismatch('Mcp-Method is missing');
  if (trimBlanks(sent) !== method) throw headerMismatch('Mcp-Method does not match the body');
  const param = nameParam ?? targetParam(method);
  if (param === undefined) return;
  const name = headers.get('mcp-name');
  if (!name) throw headerMismatch('Mcp-Name is missing');
  const decoded = decodeName(name);
  if (decoded === undefined || decoded !== request.params?.[param]) {
    throw headerMismatch(`Mcp-Name does not match params.${param}`);
  }
}

/**
 * @throws RpcError `-32020` unless each mirrored argument has its header, and absent ones have none
 */
export function matchParamHeaders(
  headers: HeaderLookup,
  expected: readonly ParamHeader[],
  args: unknown,
): void {
  for (const { header, label, path } of expected) {
    const value = argumentAt(args, path);
    const sent = headers.get(header);
    if (value === undefined && typeof sent !== 'string') continue;
    if (typeof sent !== 'string') throw headerMismatch(`${label} is missing`);
    if (!says(sent, value)) {
      throw headerMismatch(`${label} does not match the body`);
    }
  }
}

function says(header: string, value: unknown): boolean {
  const text = decodeHeaderValue(header);
  if (text === undefined) return false;
  if (typeof value === 'number') return saysNumber(text, value);
  if (typeof value === 'boolean') return text === String(value);
  return text === value;
}

/**
 * `42.0` says 42. Beyond the safe range two numbers can be one in JavaScript: that is a mismatch.
 */
function saysNumber(text: string, value: number): boolean {
  const isExact = Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return isExact && /^-?\d+(?:\.\d+)?$/.test(text) && Number(text) === value;
}
