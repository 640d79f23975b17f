import { isRecord } from '../../base/json/json.ts';
import { runWithin } from '../../base/run-within.ts';
import type { FlowHost, Scheduler } from '../../flow/round/host.ts';
import type { RoundOutcome } from '../../flow/round/round-outcome.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import { readTraceContext } from '../../protocol/trace-context.ts';
import type { RoundEndedEvent, RoundOf, ServerEventListener } from '../events.ts';
import { isErrorResult } from '../requests/is-error-result.ts';
import type { FlowCall, FlowEnd } from './flow-call.ts';
import type { Standing } from './request-states.ts';
import { isTrace } from './server-flow.ts';

/** What the end of a round has become. */
type Written = Pick<RoundEndedEvent, 'stateBytes' | 'isError' | 'errorCode'>;

/** Reports what happens in one round, for servers that somebody listens to. */
export class RoundReport {
  readonly #of: RoundOf;
  readonly #call: FlowCall;
  readonly #standing: Standing;
  readonly #now: () => number;
  readonly #emit: ServerEventListener;
  #begunAt = 0;
  /** On the monotonic clock: that of the system can be set. */
  #runsSince = 0;

  constructor(call: FlowCall, standing: Standing, scheduler: Scheduler, emit: ServerEventListener) {
    const { method, target } = call;
    const { flow, round } = standing;
    const sent = readTraceContext(call.meta.sent);
    const previous = flow.trace;
    const trace = { ...(previous !== undefined && { previous }), ...(sent && { sent }) };
    this.#of = { method, target, flowId: flow.id, round, trace };
    this.#call = call;
    this.#standing = standing;
    this.#now = scheduler.now;
    this.#emit = emit;
  }

  /** What the engine calls. */
  get hooks(): Pick<FlowHost, 'onStepRun' | 'onWrongAnswer'> {
    return {
      onStepRun: (run) => this.#emit({ type: 'step_ran', ...this.#of, ...run }),
      onWrongAnswer: ({ key, sendings }) =>
        this.#emit({ type: 'answer_wrong', ...this.#of, key, sendings }),
    };
  }

  begun(): void {
    const { reported: request } = this.#call.meta;
    const { recorded, flow } = this.#standing;
    this.#begunAt = this.#now();
    this.#runsSince = performance.now();
    const waited = this.#waited;
    this.#emit({
      type: 'round_begun',
      ...this.#of,
      ...(request && { request }),
      entries: recorded.entries.length,
      ...(waited !== undefined && { waited }),
      refused: this.#refused,
    });
    const { current } = this.#of.trace;
    if (isTrace(current)) flow.trace = current;
  }

  /** Calls the handler. */
  run(handler: () => unknown): unknown {
    return runWithin(this.#of.trace.within, handler);
  }

  /** Writes the end of the round. @throws what `end` and `write` throw */
  async ended(
    outcome: RoundOutcome<unknown>,
    end: () => FlowEnd | Promise<FlowEnd>,
    write: FlowCall['write'],
  ): Promise<string> {
    try {
      const ended = await end();
      const text = await write(ended);
      const state = ended.type === 'asks' ? ended.result.requestState : undefined;
      const isError = this.#of.method === 'tools/call' && isErrorResult(text, 'result');
      this.#ended(outcome, { isError, ...(state !== undefined && { stateBytes: state.length }) });
      return text;
    } catch (error) {
      const errorCode = error instanceof RpcError ? error.code : ErrorCode.InternalError;
      this.#ended(outcome, { isError: false, errorCode });
      throw error;
    }
  }

  /** The round waits, and its flow goes on without a request. */
  suspended(outcome: RoundOutcome<unknown>): void {
    this.#ended(outcome, { isError: false });
  }

  #ended(outcome: RoundOutcome<unknown>, written: Written): void {
    const asks = outcome.status === 'input_required' ? outcome.asks.map(({ key }) => key) : [];
    const code = codeOf(outcome);
    const before = this.#standing.recorded.entries.length;
    const after = 'recorded' in outcome ? outcome.recorded.entries.length : 0;
    this.#emit({
      type: 'round_ended',
      ...this.#of,
      outcome: outcome.status,
      asks,
      ...(code !== undefined && { code }),
      entriesNew: Math.max(0, after - before),
      ...written,
      duration: performance.now() - this.#runsSince,
    });
  }

  /** Clocks of instances differ: never less than nothing. */
  get #waited(): number | undefined {
    const { sealedAt, recorded, manual } = this.#standing;
    const isAsked = recorded.asked.some(({ kind }) => kind === 'form' || kind === 'url');
    if (sealedAt === undefined || !(isAsked || manual?.keys.length)) return undefined;
    return Math.max(0, this.#begunAt - sealedAt);
  }

  get #refused(): number {
    const { recorded, manual } = this.#standing;
    const responses = this.#call.params['inputResponses'];
    if (!isRecord(responses)) return 0;
    const keys = [...recorded.asked.map(({ key }) => key), ...(manual?.keys ?? [])];
    return keys.filter((key) => Object.hasOwn(responses, key) && isRefusal(responses[key])).length;
  }
}

function isRefusal(answer: unknown): boolean {
  return isRecord(answer) && (answer['action'] === 'decline' || answer['action'] === 'cancel');
}

function codeOf(outcome: RoundOutcome<unknown>): string | undefined {
  if (outcome.status !== 'failed' || !isRecord(outcome.error)) return undefined;
  const { code } = outcome.error;
  return typeof code === 'string' ? code : undefined;
}
