/** Reports requests, for servers that somebody listens to. */
import { type UnknownRecord, isRecord } from '../base/json/json.ts';
import type { Exchange, Reply } from '../protocol/dispatcher.ts';
import type { JsonRpcRequest } from '../protocol/types/jsonrpc.ts';
import { MetaKey } from '../protocol/names/meta.ts';
import { Method, targetParam } from '../protocol/names/methods.ts';
import type { Refusal, Refused } from '../protocol/refusal.ts';
import { readTraceContext } from '../protocol/trace-context.ts';
import { SUPPORTED_VERSIONS } from '../protocol/names/version.ts';
import type { RefusedEvent, RequestOf, ServerEventListener } from './events.ts';
import { isErrorResult } from './requests/is-error-result.ts';

/** @param isKnown whether the server has the method */
export function requestOf(
  { id, method, params }: JsonRpcRequest,
  { transport }: Exchange,
  isKnown: boolean,
): RequestOf {
  const given = params?.['_meta'];
  const meta: UnknownRecord = isRecord(given) ? given : {};
  const version = meta[MetaKey.protocolVersion] as string;
  const sent = readTraceContext(meta);
  return {
    id,
    ...(isKnown && { method }),
    ...(SUPPORTED_VERSIONS.includes(version) && { protocolVersion: version }),
    ...(transport && { transport }),
    ...(sent && { sent }),
  };
}

/** Serves a request, and reports it. */
export async function reportRequest(
  request: RequestOf,
  message: JsonRpcRequest,
  emit: ServerEventListener,
  serve: () => Promise<Reply>,
): Promise<Reply> {
  const begunAt = performance.now();
  const reply = await serve();
  const { error, body } = reply;
  const target = error === undefined ? targetOf(message) : undefined;
  emit({
    type: 'request_served',
    request,
    ...(target !== undefined && { target }),
    isError: message.method === Method.callTool && isErrorResult(body, 'response'),
    ...(error && { errorCode: error.code }),
    duration: performance.now() - begunAt,
  });
  return reply;
}

/** The id of a task is no target: it may be another caller's. */
export function refusedEvent(
  { refused }: Refusal,
  { method, params }: JsonRpcRequest,
): RefusedEvent {
  const param = targetParam(method);
  const target = param === undefined || param === 'taskId' ? undefined : params?.[param];
  // Only what names something that is registered has a state, or a name of its own, to be refused for.
  if (typeof target === 'string') return { ...refused, method, target };
  return { ...(refused as Refused & { type: 'request_refused' }), method };
}

function targetOf({ params }: JsonRpcRequest): string | undefined {
  const target = params?.['name'] ?? params?.['uri'];
  return typeof target === 'string' ? target : undefined;
}
