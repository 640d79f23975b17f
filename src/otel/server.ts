import { ProxyTracerProvider, createNoopMeter, metrics, trace } from '@opentelemetry/api';
import { markMaker } from '../base/options/made-functions.ts';
import { flag } from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import {
  type RequestOf,
  type RoundOf,
  type ServerEventListener,
  pausing,
} from '../server/events.ts';
import { SCOPE } from './names.ts';
import { ServerMetrics } from './server-metrics.ts';
import { ServerSpans } from './server-spans.ts';

/** Options of {@link otel} and {@link otelClient}. */
export interface OtelOptions {
  /**
   * Whether spans have the URIs of resources (`mcp.resource.uri`), in which there may be what users have
   * typed. Default `false`.
   */
  readonly resourceUris?: boolean;
}

export const OTEL_OPTIONS: OptionSet<OtelOptions> = {
  of: 'otel()',
  table: { resourceUris: flag },
};

/**
 * Makes spans and metrics of what a server reports, with the providers that are registered with
 * `@opentelemetry/api`. No argument, question, answer or result is in them.
 *
 * @example
 * ```ts
 * import { McpServer } from 'mcp-rondo';
 * import { otel } from 'mcp-rondo/otel';
 *
 * export const server = new McpServer({ name: 'files', version: '1.0.0' }, { on: otel() });
 * ```
 *
 * @throws RondoError `invalid_options`
 */
export function otel(options: OtelOptions = {}): ServerEventListener {
  const { resourceUris = false } = readOptions(OTEL_OPTIONS, options);
  const roundOf = new WeakMap<RequestOf, RoundOf>();
  const spans = new ServerSpans(roundOf, resourceUris);
  const counted = new ServerMetrics(roundOf);
  const listener: ServerEventListener = (event) => {
    if (event.type === 'round_begun' && event.request) roundOf.set(event.request, event);
    spans.on(event);
    counted.on(event);
  };
  return pausing(listener, isOff);
}
markMaker(otel, 'otel()');

/** What gives tracers where no provider is registered. */
const NO_TRACERS = new ProxyTracerProvider().getDelegate();

/** Whether no provider is registered, at this time: there may be one later. */
function isOff(): boolean {
  const tracers = trace.getTracerProvider();
  const hasTracers =
    !(tracers instanceof ProxyTracerProvider) || tracers.getDelegate() !== NO_TRACERS;
  return !hasTracers && metrics.getMeter(SCOPE) === createNoopMeter();
}
