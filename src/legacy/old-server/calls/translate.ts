/** Requests and results, from this revision to earlier ones and back (L17). */
import { type UnknownRecord, isRecord } from '../../../base/json/json.ts';
import { ErrorCode } from '../../../protocol/names/codes.ts';
import type { JsonRpcRequest, RequestId } from '../../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../../protocol/names/meta.ts';
import { Method } from '../../../protocol/names/methods.ts';
import type { Received } from '../../../protocol/transport.ts';
import type { OfferedBy } from '../sessions/session.ts';

/** What earlier revisions answer for a resource that there is not. */
const RESOURCE_NOT_FOUND = -32002;

/** Methods whose results say how long they may be cached. Earlier revisions do not know of that. */
const CACHEABLE: readonly string[] = [
  Method.listTools,
  Method.listPrompts,
  Method.listResources,
  Method.listResourceTemplates,
  Method.readResource,
];

/** Methods that both have. */
export const SHARED_METHODS: readonly string[] = [
  ...CACHEABLE,
  Method.callTool,
  Method.getPrompt,
  Method.complete,
];

/** @param id of the request of the old protocol, which is its progress token too */
export function toOldRequest(
  { method, params = {} }: JsonRpcRequest,
  id: RequestId,
): JsonRpcRequest {
  const { _meta, requestState: _, inputResponses: __, ...rest } = params;
  const meta = toOldMeta(isRecord(_meta) ? _meta : {}, id);
  const isEmpty = Object.keys(meta).length === 0;
  return { jsonrpc: '2.0', id, method, params: { ...rest, ...(!isEmpty && { _meta: meta }) } };
}

function toOldMeta(meta: UnknownRecord, id: RequestId): UnknownRecord {
  const kept = Object.entries(meta).filter(([key]) => !OF_REVISION.includes(key));
  const { progressToken, ...rest } = Object.fromEntries(kept);
  return progressToken == null ? rest : { ...rest, progressToken: id };
}

const OF_REVISION: readonly string[] = Object.values(MetaKey);

/** A response to a request of this revision. */
export function fromOldResponse(
  { id, method }: JsonRpcRequest,
  response: Received,
  server: OfferedBy,
): Received {
  if ('result' in response) {
    return { ...response, id, result: fromOldResult(method, response.result, server) };
  }
  const { error } = response;
  const isMissing = method === Method.readResource && error.code === RESOURCE_NOT_FOUND;
  return {
    ...response,
    id,
    error: isMissing ? { ...error, code: ErrorCode.InvalidParams } : error,
  };
}

function fromOldResult(method: string, result: UnknownRecord, server: OfferedBy): UnknownRecord {
  const { _meta } = result;
  return {
    ...result,
    resultType: 'complete',
    ...(CACHEABLE.includes(method) && { ttlMs: 0, cacheScope: 'private' }),
    _meta: { ...(isRecord(_meta) && _meta), ...serverInfo(server) },
  };
}

/** What `server/discover` would answer. */
export function discovered(server: OfferedBy): UnknownRecord {
  const { version, capabilities, instructions } = server;
  return {
    resultType: 'complete',
    supportedVersions: [version],
    capabilities,
    ...(instructions !== undefined && { instructions }),
    ttlMs: 0,
    cacheScope: 'private',
    _meta: serverInfo(server),
  };
}

/** For results: who has made them. */
export function serverInfo({ info }: OfferedBy): UnknownRecord {
  return info === undefined ? {} : { [MetaKey.serverInfo]: info };
}
