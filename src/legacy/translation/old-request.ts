/** An old client's request as one of this revision (L2). */
import { isRecord, type UnknownRecord } from '../../base/json/json.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import type { Implementation, LogLevel } from '../../protocol/results.ts';
import { PROTOCOL_VERSION } from '../../protocol/names/version.ts';

/** What every request of this revision says of its client. */
export interface Sender {
  readonly capabilities: ClientCapabilities;
  readonly clientInfo: Implementation | undefined;
  readonly logLevel: LogLevel | undefined;
}

/**
 * The id of every request that is dispatched here: replies then begin alike, and which request they
 * belong to is clear.
 */
const ID = 0;

/** What a request can have. The rest is not carried along: it can be large, or of this revision. */
const KNOWN = ['name', 'arguments', 'uri', 'cursor', 'ref', 'argument', 'context', '_meta'];

export function knownParams(params: unknown): UnknownRecord {
  const known: UnknownRecord = {};
  if (!isRecord(params)) return known;
  for (const name of KNOWN) if (Object.hasOwn(params, name)) known[name] = params[name];
  return known;
}

/** @param params known ones: see {@link knownParams} */
export function toRequest(method: string, params: UnknownRecord, sender: Sender): JsonRpcRequest {
  const _meta = metaOf(params['_meta'], sender);
  return { jsonrpc: '2.0', id: ID, method, params: { ...params, _meta } };
}

/** The members of `_meta` that are reserved for the protocol are this revision's. */
function metaOf(given: unknown, { capabilities, clientInfo, logLevel }: Sender): UnknownRecord {
  const meta: UnknownRecord = isRecord(given) ? withoutReserved(given) : {};
  meta[MetaKey.protocolVersion] = PROTOCOL_VERSION;
  meta[MetaKey.clientCapabilities] = capabilities;
  if (clientInfo !== undefined) meta[MetaKey.clientInfo] = clientInfo;
  if (logLevel !== undefined) meta[MetaKey.logLevel] = logLevel;
  return meta;
}

/** The members of `_meta` that are not the protocol's, in an object of their own. */
export function withoutReserved(meta: UnknownRecord): UnknownRecord {
  const own = Object.entries(meta).filter(([key]) => !key.startsWith(RESERVED));
  return Object.fromEntries(own);
}

const RESERVED = 'io.modelcontextprotocol/';

/** The result in a reply, as text. Only for replies without an error. */
export function resultText(body: string): string {
  return body.slice(PREFIX.length, -1);
}

const PREFIX = `{"jsonrpc":"2.0","id":${ID},"result":`;
