/** W3C trace context in `_meta` (SEP-414). */
import type { UnknownRecord } from '../base/json/json.ts';

/** Which span of the other side a message belongs to. */
export interface TraceContext {
  /** Version, trace id, span id and flags, in hexadecimal. */
  readonly traceparent: string;
  /** What tracing systems have added: at most 512 characters. */
  readonly tracestate?: string;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

const TRACESTATE = /^[\x20-\x7e]{1,512}$/;

/** Nothing, unless `traceparent` is valid; a `tracestate` that is not is left out. */
export function readTraceContext({
  traceparent,
  tracestate,
}: UnknownRecord): TraceContext | undefined {
  if (!isTraceparent(traceparent)) return undefined;
  const isValid = typeof tracestate === 'string' && TRACESTATE.test(tracestate);
  return { traceparent, ...(isValid && { tracestate }) };
}

export function isTraceparent(value: unknown): value is string {
  return typeof value === 'string' && TRACEPARENT.test(value);
}
