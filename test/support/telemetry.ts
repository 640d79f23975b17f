/** OpenTelemetry in memory, for tests: spans and metrics as they would be exported. */
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { onTestFinished } from 'vitest';
import { turns } from './until.ts';

/** A point of a metric: of a counter its value, of a histogram how many. */
export interface Point {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly count: number;
}

export class Telemetry {
  readonly #spans = new InMemorySpanExporter();
  readonly #tracers: BasicTracerProvider;
  readonly #reader: PeriodicExportingMetricReader;
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);

  /** Registers itself until the test has finished. */
  constructor() {
    this.#tracers = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(this.#spans)],
    });
    this.#reader = new PeriodicExportingMetricReader({
      exporter: this.#metrics,
      exportIntervalMillis: 2 ** 31 - 1,
    });
    const contexts = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(contexts);
    trace.setGlobalTracerProvider(this.#tracers);
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [this.#reader] }));
    onTestFinished(async () => {
      context.disable();
      trace.disable();
      metrics.disable();
      contexts.disable();
      await this.#reader.shutdown();
    });
  }

  /** All that have ended, in the order of their ends. */
  async spans(): Promise<readonly ReadableSpan[]> {
    await this.#tracers.forceFlush();
    return this.#spans.getFinishedSpans();
  }

  /** The spans of this name. */
  async named(name: string): Promise<readonly ReadableSpan[]> {
    return (await this.spans()).filter((span) => span.name === name);
  }

  /** Waits until so many spans of this name have ended. */
  async until(name: string, count: number): Promise<void> {
    while ((await this.named(name)).length < count) await turns(1);
  }

  /** The points of a metric, as they are now. */
  async points(name: string): Promise<readonly Point[]> {
    const { resourceMetrics } = await this.#reader.collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const points = all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
    return points.map(({ attributes, value }) => ({
      attributes,
      count: typeof value === 'number' ? value : (value as { count: number }).count,
    }));
  }

  /** Everything that would be exported, as text. */
  async text(): Promise<string> {
    const spans = (await this.spans()).map(
      ({ name, attributes, events, links, status, resource }) => {
        const linked = links.map(({ context: to, attributes: own }) => [to, own]);
        return [name, attributes, events, linked, status, resource.attributes];
      },
    );
    return JSON.stringify([spans, (await this.#reader.collect()).resourceMetrics.scopeMetrics]);
  }
}

/** The id of the span that this one is a child of. */
export function parentOf({ parentSpanContext }: ReadableSpan): string | undefined {
  return parentSpanContext?.spanId;
}

export function idOf(span: ReadableSpan): string {
  return span.spanContext().spanId;
}

/** The ids of the spans that a span is linked to, by what links them. */
export function linksOf({ links }: ReadableSpan): Record<string, string> {
  return Object.fromEntries(
    links.map(({ context: to, attributes }) => [
      String(attributes?.['rondo.link'] ?? 'ambient'),
      to.spanId,
    ]),
  );
}
