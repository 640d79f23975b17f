/** Reads `_meta` of a request (VM-1 to VM-4, EN-7). */
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { JsonRpcRequest, RequestId } from '../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import { isRequestId } from '../../protocol/parse.ts';
import { type Implementation, type LogLevel, isLogLevel } from '../../protocol/results.ts';
import { invalidParams } from '../../protocol/rpc-error.ts';
import { PROTOCOL_VERSION } from '../../protocol/names/version.ts';
import type { RequestOf } from '../events.ts';
import { RefusedRequest } from './refused-request.ts';

const PROTOCOL_PREFIX = 'io.modelcontextprotocol/';

/** What every request must have in `_meta`. */
export interface Envelope {
  readonly protocolVersion: string;
  readonly capabilities: ClientCapabilities;
}

/** {@link Envelope}, and what a request may have as well. */
export interface RequestMeta extends Envelope {
  readonly clientInfo: Implementation | undefined;
  readonly progressToken: RequestId | undefined;
  readonly logLevel: LogLevel | undefined;
  /** All of `_meta`, as it was sent. */
  readonly sent: UnknownRecord;
  /** The request, for events; absent if nobody listens. */
  readonly reported: RequestOf | undefined;
}

/** A request without a required member of `_meta`. The HTTP status is 400 for every code (EN-7). */
class MalformedRequest extends RefusedRequest {
  constructor(message: string) {
    super(400, { code: ErrorCode.InvalidParams, message });
  }
}

/** @throws MalformedRequest */
export function readEnvelope(request: JsonRpcRequest): Envelope {
  const meta = request.params?.['_meta'];
  if (!isRecord(meta)) {
    const hint = `this server speaks ${PROTOCOL_VERSION}, in which every request carries _meta`;
    throw new MalformedRequest(`The request has no params._meta; ${hint}`);
  }
  const protocolVersion = meta[MetaKey.protocolVersion];
  if (typeof protocolVersion !== 'string') throw lacks(MetaKey.protocolVersion);
  const capabilities = meta[MetaKey.clientCapabilities];
  if (!isRecord(capabilities)) throw lacks(MetaKey.clientCapabilities);
  return { protocolVersion, capabilities };
}

/** @throws RpcError `-32602` for members of a wrong type */
export function readMeta(
  request: JsonRpcRequest,
  envelope: Envelope,
  reported: RequestOf | undefined,
): RequestMeta {
  const meta = request.params!['_meta'] as UnknownRecord;
  const progressToken = meta['progressToken'] ?? undefined;
  if (progressToken !== undefined && !isRequestId(progressToken)) {
    throw invalidParams('progressToken must be a string or an integer');
  }
  const logLevel = meta[MetaKey.logLevel] ?? undefined;
  if (logLevel !== undefined && !isLogLevel(logLevel)) throw invalidParams('Unknown log level');
  return {
    protocolVersion: envelope.protocolVersion,
    capabilities: envelope.capabilities,
    clientInfo: readClientInfo(meta[MetaKey.clientInfo]),
    progressToken,
    logLevel,
    sent: meta,
    reported,
  };
}

/** What a request has in `_meta` beside what the protocol reads itself. */
export function customMeta({ sent }: RequestMeta): UnknownRecord {
  const custom = Object.entries(sent).filter(([key]) => !key.startsWith(PROTOCOL_PREFIX));
  return Object.fromEntries(custom);
}

/** The client's name and version; `undefined` if malformed: they are for display only (VM-2). */
function readClientInfo(info: unknown): Implementation | undefined {
  if (!isRecord(info) || typeof info['name'] !== 'string') return undefined;
  return typeof info['version'] === 'string' ? (info as unknown as Implementation) : undefined;
}

function lacks(key: string): MalformedRequest {
  return new MalformedRequest(`params._meta lacks '${key}'`);
}
