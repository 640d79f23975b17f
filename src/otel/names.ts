/**
 * Names and attributes, as the GenAI conventions of OpenTelemetry have them for MCP, and ours under
 * `rondo.`. They are written out, since the conventions are still moving.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/mcp.md
 */
import type { Attributes } from '@opentelemetry/api';

/** Of the tracer and the meter. */
export const SCOPE = 'mcp-rondo';

/** Of `mcp.*.operation.duration`, in s. */
export const BUCKETS: readonly number[] = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300,
];

/** What a request or a round is about. */
export interface Operation {
  /** Absent if it is not known: its text is the client's. */
  readonly method?: string | undefined;
  readonly target?: string | undefined;
}

/** URIs are in no name: there may be any number of them. */
export function spanName({ method = UNKNOWN, target }: Operation): string {
  const isNamed = method === 'tools/call' || method === 'prompts/get';
  return isNamed && target !== undefined ? `${method} ${target}` : method;
}

/** The attributes of spans and metrics. */
export function operationAttributes({ method = UNKNOWN, target }: Operation): Attributes {
  const name = { 'mcp.method.name': method };
  if (method === 'tools/call') {
    const tool = target === undefined ? {} : { 'gen_ai.tool.name': target };
    return { ...name, 'gen_ai.operation.name': 'execute_tool', ...tool };
  }
  const isNamed = method === 'prompts/get' && target !== undefined;
  return { ...name, ...(isNamed && { 'gen_ai.prompt.name': target }) };
}

/** How the request came or went. */
export function wireAttributes({
  protocolVersion,
  transport,
}: {
  readonly protocolVersion?: string;
  readonly transport?: string;
}): Attributes {
  return {
    ...(protocolVersion !== undefined && { 'mcp.protocol.version': protocolVersion }),
    ...(transport !== undefined && { 'network.transport': transport }),
  };
}

/** A text of the client's may be long. */
export function requestIdAttribute(id: string | number): Attributes {
  return { 'jsonrpc.request.id': String(id).slice(0, 128) };
}

/** The URI of a resource may hold what users have typed: only spans have it, and only if it is wanted. */
export function uriAttribute({ method, target }: Operation, isWanted: boolean): Attributes {
  const isUri = isWanted && method === 'resources/read' && target !== undefined;
  return isUri ? { 'mcp.resource.uri': target } : {};
}

/** How something failed; nothing if it did not. */
export interface Failure {
  readonly isError?: boolean;
  /** Of a JSON-RPC error. */
  readonly errorCode?: number;
}

export function failureAttributes({ isError, errorCode }: Failure): Attributes {
  if (isError) return { 'error.type': 'tool_error' };
  if (errorCode === undefined) return {};
  const code = String(errorCode);
  return { 'error.type': code, 'rpc.response.status_code': code };
}

const UNKNOWN = '_OTHER';
