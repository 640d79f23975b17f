import {
  type Attributes,
  type Histogram,
  type Span,
  SpanKind,
  SpanStatusCode,
  context,
  metrics,
  trace,
} from '@opentelemetry/api';
import type { UnknownRecord } from '../base/json/json.ts';
import { readOptions } from '../base/options/options.ts';
import { RondoError } from '../base/errors.ts';
import type { ClientTracing, TracedCall, TracedRequest } from '../client/calls/tracing.ts';
import { RpcError } from '../protocol/rpc-error.ts';
import {
  BUCKETS,
  SCOPE,
  failureAttributes,
  operationAttributes,
  requestIdAttribute,
  spanName,
  uriAttribute,
  wireAttributes,
} from './names.ts';
import { OTEL_OPTIONS, type OtelOptions } from './server.ts';
import { traceparentOf } from './span-context.ts';

/**
 * Makes spans and metrics of what a client does, with the providers that are registered with
 * `@opentelemetry/api`, and sends the trace context to the server.
 *
 * @example
 * ```ts
 * import { Client } from 'mcp-rondo/client';
 * import { otelClient } from 'mcp-rondo/otel';
 *
 * export const client = new Client('http://127.0.0.1:3000/mcp', {
 *   name: 'my-agent',
 *   version: '1.0.0',
 *   tracing: otelClient(),
 * });
 * ```
 *
 * @throws RondoError `invalid_options`
 */
export function otelClient(options: OtelOptions = {}): ClientTracing {
  const { resourceUris = false } = readOptions({ ...OTEL_OPTIONS, of: 'otelClient()' }, options);
  return new OtelClient(resourceUris);
}

class OtelClient implements ClientTracing {
  readonly #resourceUris: boolean;
  #duration: Histogram | undefined;

  constructor(resourceUris: boolean) {
    this.#resourceUris = resourceUris;
  }

  /** As the conventions have it for who executes a tool; the requests are its children. */
  async call(call: TracedCall, run: () => Promise<unknown>): Promise<void> {
    const isTool = call.method === 'tools/call';
    const name = isTool ? `execute_tool ${call.target}` : spanName(call);
    const attributes = this.#attributes(call);
    const span = trace.getTracer(SCOPE).startSpan(name, { attributes });
    const { failure } = await endOf(within(span, run));
    end(span, failure);
  }

  async request(request: TracedRequest, send: () => Promise<unknown>): Promise<void> {
    const begunAt = performance.now();
    const wire = { ...wireAttributes(request), ...addressOf(request) };
    const attributes = {
      ...this.#attributes(request),
      ...wire,
      ...requestIdAttribute(request.id),
    };
    const options = { kind: SpanKind.CLIENT, attributes };
    const span = trace.getTracer(SCOPE).startSpan(spanName(request), options);
    inject(span, request.meta);
    const { failure, outcome } = await endOf(within(span, send));
    if (outcome !== undefined) span.setAttribute('rondo.outcome', outcome);
    end(span, failure);
    const seconds = (performance.now() - begunAt) / 1_000;
    const counted = { ...operationAttributes(request), ...wire, ...bounded(failure) };
    this.#histogram.record(seconds, counted);
  }

  #attributes(of: TracedCall | TracedRequest): Attributes {
    return { ...operationAttributes(of), ...uriAttribute(of, this.#resourceUris) };
  }

  /** Made at the first request: a provider that is registered later would not be found. */
  get #histogram(): Histogram {
    return (this.#duration ??= metrics
      .getMeter(SCOPE)
      .createHistogram('mcp.client.operation.duration', {
        unit: 's',
        description: 'How long requests took, from their sending to their response.',
        advice: { explicitBucketBoundaries: [...BUCKETS] },
      }));
  }
}

function within<T>(span: Span, run: () => T): T {
  return context.with(trace.setSpan(context.active(), span), run);
}

function inject(span: Span, meta: Record<string, string>): void {
  const traceparent = traceparentOf(span);
  if (traceparent === undefined) return;
  meta['traceparent'] = traceparent;
  const tracestate = span.spanContext().traceState?.serialize();
  if (tracestate) meta['tracestate'] = tracestate;
}

function addressOf({ address, port }: TracedRequest): Attributes {
  if (address === undefined) return {};
  return { 'server.address': address, ...(port !== undefined && { 'server.port': port }) };
}

/** How something has ended, without what was in it. Never rejects: the caller gets the error. */
async function endOf(work: Promise<unknown>): Promise<{ failure: Attributes; outcome?: string }> {
  try {
    const { isError, resultType } = ((await work) ?? {}) as UnknownRecord;
    const outcome = OUTCOMES.find((known) => known === resultType);
    const failure = failureAttributes({ isError: isError === true });
    return { failure, ...(outcome !== undefined && { outcome }) };
  } catch (error) {
    return { failure: attributesOf(error) };
  }
}

function attributesOf(error: unknown): Attributes {
  if (error instanceof RpcError) return failureAttributes({ errorCode: error.code });
  return { 'error.type': error instanceof RondoError ? error.code : '_OTHER' };
}

/** What JSON-RPC reserves for itself and for protocols over it. */
const RESERVED = { from: -32_768, to: -32_000 };

/** For metrics: a server can make up any number of codes, and each would be a series of its own. */
function bounded(failure: Attributes): Attributes {
  const { 'rpc.response.status_code': code } = failure;
  const isReserved = Number(code) >= RESERVED.from && Number(code) <= RESERVED.to;
  return code === undefined || isReserved ? failure : { 'error.type': '_OTHER' };
}

const OUTCOMES = ['complete', 'input_required', 'task'];

function end(span: Span, failure: Attributes): void {
  span.setAttributes(failure);
  // Without the message, which may repeat what was sent.
  if ('error.type' in failure) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
