/** W3C `traceparent` and `tracestate`, from and to the span contexts of OpenTelemetry. */
import {
  type Link,
  type Span,
  type SpanContext,
  createTraceState,
  isSpanContextValid,
} from '@opentelemetry/api';
import { type TraceContext, isTraceparent } from '../protocol/trace-context.ts';

/** Of a span elsewhere. */
export function spanContextOf({ traceparent, tracestate }: TraceContext): SpanContext {
  const [, traceId, spanId, flags] = traceparent.split('-') as [string, string, string, string];
  return {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  };
}

/** `undefined` for a span that nobody records. */
export function traceparentOf(span: Span): string | undefined {
  const context = span.spanContext();
  if (!isSpanContextValid(context)) return undefined;
  const flags = context.traceFlags.toString(16).padStart(2, '0');
  return `00-${context.traceId}-${context.spanId}-${flags}`;
}

/** A link to a span that is named by text; nothing for a text that names none. */
export function linkTo(traceparent: string | undefined, to: string): Link[] {
  if (!isTraceparent(traceparent)) return [];
  return [{ context: spanContextOf({ traceparent }), attributes: { 'rondo.link': to } }];
}
