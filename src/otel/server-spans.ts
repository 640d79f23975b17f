/** Spans of requests, rounds and steps, from the events of a server. */
import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type SpanOptions,
  type Tracer,
  context,
  trace,
} from '@opentelemetry/api';
import type {
  RequestOf,
  RequestServedEvent,
  RoundBegunEvent,
  RoundEndedEvent,
  RoundOf,
  RoundTrace,
  ServerEvent,
  StepRanEvent,
} from '../server/events.ts';
import {
  type Failure,
  type Operation,
  SCOPE,
  failureAttributes,
  operationAttributes,
  requestIdAttribute,
  spanName,
  uriAttribute,
  wireAttributes,
} from './names.ts';
import { linkTo, spanContextOf, traceparentOf } from './span-context.ts';

export class ServerSpans {
  readonly #rounds = new WeakMap<RoundTrace, Span>();
  readonly #roundOf: WeakMap<RequestOf, RoundOf>;
  readonly #resourceUris: boolean;

  /** @param roundOf the rounds of requests */
  constructor(roundOf: WeakMap<RequestOf, RoundOf>, resourceUris: boolean) {
    this.#roundOf = roundOf;
    this.#resourceUris = resourceUris;
  }

  on(event: ServerEvent): void {
    switch (event.type) {
      case 'round_begun':
        return this.#begun(event);
      case 'step_ran':
        return this.#stepped(event);
      case 'round_ended':
        return this.#ended(event);
      case 'request_served':
        return this.#served(event);
    }
  }

  /** From here on, what the handler does is within the span. */
  #begun(event: RoundBegunEvent): void {
    const { request } = event;
    const span = request === undefined ? this.#ofTask(event) : this.#ofRequest(event, request);
    this.#rounds.set(event.trace, span);
    const current = traceparentOf(span);
    if (current === undefined) return;
    event.trace.current = current;
    event.trace.within = (handler) => context.with(trace.setSpan(context.active(), span), handler);
  }

  /** A round that a request asks for. */
  #ofRequest(event: RoundBegunEvent, request: RequestOf): Span {
    const { parent, links } = within(request);
    const attributes = {
      ...requestAttributes(request),
      ...this.#attributes(event),
      ...roundAttributes(event),
    };
    const previous = linkTo(event.trace.previous, 'previous_round');
    const options = { kind: SpanKind.SERVER, attributes, links: [...links, ...previous] };
    return tracer().startSpan(spanName(event), options, parent);
  }

  /** A round of a task, which no request waits for: a trace of its own. */
  #ofTask(event: RoundBegunEvent): Span {
    const { previous, sent } = event.trace;
    const options: SpanOptions = {
      kind: SpanKind.CONSUMER,
      root: true,
      attributes: { ...this.#attributes(event), ...roundAttributes(event) },
      links: [...linkTo(previous, 'previous_round'), ...linkTo(sent?.traceparent, 'call')],
    };
    return tracer().startSpan(spanName(event), options, ROOT_CONTEXT);
  }

  #stepped({ trace: of, key, ok, attempts, duration }: StepRanEvent): void {
    const round = this.#rounds.get(of);
    if (round === undefined) return;
    const endTime = Date.now();
    const attributes = { 'rondo.step.key': key, 'rondo.step.attempts': attempts };
    const options = { startTime: endTime - duration, attributes };
    const span = tracer().startSpan('step', options, trace.setSpan(ROOT_CONTEXT, round));
    if (!ok) fail(span, { 'error.type': 'step_failed' });
    span.end(endTime);
  }

  #ended(event: RoundEndedEvent): void {
    const span = this.#rounds.get(event.trace);
    if (span === undefined) return;
    const { outcome, asks, entriesNew, stateBytes, code } = event;
    span.setAttributes({
      'rondo.outcome': outcome,
      'rondo.entries.new': entriesNew,
      ...(asks.length > 0 && { 'rondo.asks': [...asks] }),
      ...(stateBytes !== undefined && { 'rondo.state.bytes': stateBytes }),
      ...(code !== undefined && { 'rondo.error.code': code }),
    });
    end(span, event);
  }

  /** A request without a round: its span is made when it is over. */
  #served(event: RequestServedEvent): void {
    const { request, target, duration } = event;
    const { method } = request;
    // The span would be as long as somebody listens.
    if (this.#roundOf.has(request) || method === 'subscriptions/listen') return;
    const endTime = Date.now();
    const { parent, links } = within(request);
    const options = {
      kind: SpanKind.SERVER,
      startTime: endTime - duration,
      attributes: { ...requestAttributes(request), ...this.#attributes({ method, target }) },
      links,
    };
    end(tracer().startSpan(spanName({ method, target }), options, parent), event, endTime);
  }

  #attributes(of: Operation): Attributes {
    return { ...operationAttributes(of), ...uriAttribute(of, this.#resourceUris) };
  }
}

/** Not kept: a provider may be registered later. */
function tracer(): Tracer {
  return trace.getTracer(SCOPE);
}

/** The client's span is the parent, and what runs here is linked; without one, what runs here is it. */
function within({ sent }: RequestOf): { parent: Context; links: Link[] } {
  const active = context.active();
  if (sent === undefined) return { parent: active, links: [] };
  const ambient = trace.getSpanContext(active);
  const links = ambient === undefined ? [] : [{ context: ambient }];
  return { parent: trace.setSpanContext(active, spanContextOf(sent)), links };
}

function requestAttributes(request: RequestOf): Attributes {
  return { ...requestIdAttribute(request.id), ...wireAttributes(request) };
}

function roundAttributes({ flowId, round, entries }: RoundBegunEvent): Attributes {
  return {
    'rondo.flow.id': flowId,
    'rondo.flow.round': round,
    'rondo.entries.replayed': entries,
  };
}

function end(span: Span, failure: Failure, endTime?: number): void {
  const attributes = failureAttributes(failure);
  if ('error.type' in attributes) fail(span, attributes);
  span.end(endTime);
}

/** Without the message, which may repeat what was sent. */
function fail(span: Span, attributes: Attributes): void {
  span.setAttributes(attributes);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
