/** Metrics of requests, flows and steps, from the events of a server. */
import { type Attributes, type Meter, metrics } from '@opentelemetry/api';
import type {
  RequestOf,
  RequestServedEvent,
  RoundBegunEvent,
  RoundEndedEvent,
  RoundOf,
  ServerEvent,
} from '../server/events.ts';
import { BUCKETS, SCOPE, failureAttributes, operationAttributes, wireAttributes } from './names.ts';

/** By their names after `rondo.`: unit and description. */
const COUNTERS = {
  'flow.begun': ['{flow}', 'Flows that began: first rounds.'],
  'flow.continued': ['{round}', 'Later rounds: the client has come back.'],
  'flow.asked': ['{round}', 'Rounds that ended in questions or a checkpoint.'],
  'flow.completed': ['{flow}', 'Flows whose handler returned or threw.'],
  'flow.failed': ['{round}', 'Rounds that the engine has failed, by the code of the error.'],
  'flow.refused': ['{question}', 'Questions that the user has declined or cancelled.'],
  'entries.replayed': ['{entry}', 'Recorded outcomes that were replayed.'],
  'answers.wrong': ['{answer}', 'Answers that did not fit their question.'],
  'state.refused': ['{state}', 'Request states that were refused, by the check that failed.'],
  'request.refused': ['{request}', 'Requests that were refused, by the reason.'],
  steps: ['{step}', 'Steps that have run.'],
} as const;

type Counted = keyof typeof COUNTERS;

export class ServerMetrics {
  readonly #roundOf: WeakMap<RequestOf, RoundOf>;
  #instruments: ReturnType<typeof instruments> | undefined;

  /** @param roundOf the rounds of requests */
  constructor(roundOf: WeakMap<RequestOf, RoundOf>) {
    this.#roundOf = roundOf;
  }

  on(event: ServerEvent): void {
    switch (event.type) {
      case 'round_begun':
        return this.#begun(event);
      case 'round_ended':
        return this.#ended(event);
      case 'request_served':
        return this.#served(event);
      case 'step_ran':
        return this.#count('steps', 1, {
          ...operationAttributes(event),
          'rondo.step.ok': event.ok,
        });
      case 'answer_wrong':
        return this.#count('answers.wrong', 1, operationAttributes(event));
      case 'state_refused': {
        const check = { 'rondo.state.check': event.check };
        return this.#count('state.refused', 1, { ...operationAttributes(event), ...check });
      }
      case 'request_refused': {
        const reason = { 'rondo.refusal.reason': event.reason };
        return this.#count('request.refused', 1, { ...operationAttributes(event), ...reason });
      }
    }
  }

  #begun(event: RoundBegunEvent): void {
    const { request, round, entries, waited, refused } = event;
    const of = operationAttributes(event);
    // A worker goes on with a task, which a round or a call of its own has begun.
    if (request !== undefined) this.#count(round === 1 ? 'flow.begun' : 'flow.continued', 1, of);
    this.#count('entries.replayed', entries, of);
    this.#count('flow.refused', refused, of);
    if (waited !== undefined) this.#meter.humanWait.record(waited / 1_000, of);
  }

  #ended(event: RoundEndedEvent): void {
    const of = operationAttributes(event);
    if (event.outcome === 'input_required') this.#count('flow.asked', 1, of);
    else if (event.outcome === 'failed') {
      this.#count('flow.failed', 1, { ...of, 'rondo.error.code': event.code ?? '_OTHER' });
    } else this.#count('flow.completed', 1, { ...of, ...failureAttributes(event) });
  }

  #served(event: RequestServedEvent): void {
    const { request, duration } = event;
    const { method } = request;
    if (method === 'subscriptions/listen') return;
    const target = this.#roundOf.get(request)?.target ?? event.target;
    this.#meter.duration.record(duration / 1_000, {
      ...operationAttributes({ method, target }),
      ...wireAttributes(request),
      ...failureAttributes(event),
    });
  }

  #count(name: Counted, count: number, attributes: Attributes): void {
    if (count > 0) this.#meter.counters[name].add(count, attributes);
  }

  /** Made at the first event: a provider that is registered later would not be found. */
  get #meter(): ReturnType<typeof instruments> {
    return (this.#instruments ??= instruments(metrics.getMeter(SCOPE)));
  }
}

function instruments(meter: Meter) {
  const counters = Object.entries(COUNTERS).map(([name, [unit, description]]) => [
    name,
    meter.createCounter(`rondo.${name}`, { unit, description }),
  ]);
  return {
    duration: meter.createHistogram('mcp.server.operation.duration', {
      unit: 's',
      description: 'How long requests took, from their arrival to their reply.',
      advice: { explicitBucketBoundaries: [...BUCKETS] },
    }),
    humanWait: meter.createHistogram('rondo.flow.human_wait', {
      unit: 's',
      description: 'How long users took to answer, between two rounds of a flow.',
      advice: { explicitBucketBoundaries: [1, 2, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400] },
    }),
    counters: Object.fromEntries(counters) as Record<Counted, ReturnType<Meter['createCounter']>>,
  };
}
