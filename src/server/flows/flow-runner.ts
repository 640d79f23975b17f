/**
 * Serves one round of a handler that can ask: opens the state, runs the round, and turns its end
 * into a value, questions or an error. The same for tools, prompts and resources.
 */
import { unencryptedUrl } from './unencrypted-url.ts';
import { quote } from '../../base/quote.ts';
import type { FlowHost, Scheduler } from '../../flow/round/host.ts';
import { type Recorded, memoryJournal } from '../../flow/journal/journal.ts';
import type { Complete, InputRequired } from '../../flow/round/round-outcome.ts';
import { Round } from '../../flow/round/round.ts';
import { type ClientCapabilities, missingCapabilities } from '../../protocol/capabilities.ts';
import { RondoError } from '../../base/errors.ts';
import { type UnknownRecord, isRecord } from '../../base/json.ts';
import type { InputRequests, InputRequiredResult } from '../../protocol/results.ts';
import { invalidParams, missingCapability } from '../../protocol/rpc-error.ts';
import { Context, type ManualInput } from './context.ts';
import type { FlowCall } from './flow-call.ts';
import { checkedRequests, isInputRequired, manualInput, needsOf } from './manual-round.ts';
import type { Logger } from '../../base/logger.ts';
import { describeError } from '../../base/thrown.ts';
import { systemScope } from '../requests/runtime.ts';
import type { ManualState, Standing, RequestStates } from './request-states.ts';

/** How a round of a handler ended. */
export type FlowEnd =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'asks'; readonly result: InputRequiredResult }
  /** The handler threw. */
  | { readonly type: 'threw'; readonly error: unknown }
  /** The engine failed the round; see flow/journal/errors.ts. */
  | { readonly type: 'failed'; readonly error: unknown };

export interface FlowRunnerOptions {
  readonly states: RequestStates;
  readonly scheduler: Scheduler;
  /** How many rounds a flow may have (F13). */
  readonly maxRounds: number;
  readonly logger: Logger;
}

export class FlowRunner {
  readonly #options: FlowRunnerOptions;
  #hasWarnedOfUrl = false;

  constructor(options: FlowRunnerOptions) {
    this.#options = options;
  }

  /** @throws RpcError the error to send; RondoError for a mistake of the author */
  async run(call: FlowCall): Promise<FlowEnd> {
    const responses = readResponses(call.params['inputResponses']);
    const standing = this.#options.states.open(call);
    const round = this.#roundOf(call, standing, responses);
    const isFirst = standing.round === 1;
    const takesAll = isFirst && call.policy.acceptsUnsolicited;
    const manual = manualInput(standing.manual, responses, takesAll);
    const context = new Context(round, call.meta, call.exchange, manual);
    call.exchange.inFlight.start(round);
    const outcome = await round.run(() => call.handler(context));
    call.exchange.inFlight.done();
    switch (outcome.status) {
      case 'complete':
        return this.#completed(call, standing, outcome);
      case 'input_required':
        return { type: 'asks', result: this.#asking(call, standing, outcome, manual) };
      case 'threw':
        return { type: 'threw', error: outcome.error };
      case 'failed':
        return { type: 'failed', error: outcome.error };
    }
  }

  #roundOf(
    call: FlowCall,
    standing: Standing,
    responses: UnknownRecord | undefined,
  ): Round<unknown> {
    const isFirst = standing.round === 1;
    const host: FlowHost = {
      scheduler: this.#options.scheduler,
      scope: systemScope,
      flow: standing.flow,
      journal: memoryJournal(standing.recorded),
      limits: call.policy.limits,
      onLateCall: (key) => this.#warn(call, `${quote(key)} was used after its round had ended`),
      onUnrecordable: (key, why) => this.#warn(call, `step ${quote(key)}: ${why}`),
      onCleanUpFailed: (error) =>
        this.#warn(call, `cleaning up after the round failed: ${describeError(error)}`),
      onJudgingFailed: (key, error) =>
        this.#warn(call, `the schema of ${quote(key)} failed: ${describeError(error)}`),
    };
    return new Round(host, {
      answers: responses,
      unsolicited: isFirst && call.policy.acceptsUnsolicited ? responses : undefined,
    });
  }

  #completed(call: FlowCall, standing: Standing, outcome: Complete<unknown>): FlowEnd {
    if (isInputRequired(outcome.result)) {
      return { type: 'asks', result: this.#askingManually(call, standing, outcome) };
    }
    if (outcome.unreached.length > 0) {
      this.#warn(call, `recorded but never reached: ${outcome.unreached.map(quote).join(', ')}`);
    }
    return { type: 'value', value: outcome.result };
  }

  #asking(
    call: FlowCall,
    standing: Standing,
    { asks, recorded }: InputRequired,
    manual: ManualInput,
  ): InputRequiredResult {
    assertDeclared(
      asks.map((ask) => ask.needs),
      call.meta.capabilities,
    );
    const inputRequests: InputRequests = {};
    for (const { key, request } of asks) if (request !== undefined) inputRequests[key] = request;
    return this.#inputRequired(
      call,
      standing,
      inputRequests,
      recorded,
      carriedOver(standing, manual),
    );
  }

  #askingManually(
    call: FlowCall,
    standing: Standing,
    outcome: Complete<unknown>,
  ): InputRequiredResult {
    const inputRequests = checkedRequests(outcome);
    assertDeclared(needsOf(inputRequests), call.meta.capabilities);
    const { requestState } = outcome.result as InputRequiredResult;
    const manual = {
      keys: Object.keys(inputRequests),
      ...(requestState !== undefined && { requestState }),
    };
    return this.#inputRequired(call, standing, inputRequests, outcome.recorded, manual);
  }

  #inputRequired(
    call: FlowCall,
    standing: Standing,
    inputRequests: InputRequests,
    recorded: Recorded,
    manual: ManualState | undefined,
  ): InputRequiredResult {
    const { states, maxRounds } = this.#options;
    if (standing.round >= maxRounds) {
      throw new RondoError(
        'too_many_rounds',
        `The flow needs more than ${maxRounds} rounds. ` +
          'Ask several questions in one round, or raise limits.rounds.',
      );
    }
    this.#warnOfUrl(call, inputRequests);
    const requestState = states.seal(call, standing, recorded, manual);
    const asks = Object.keys(inputRequests).length > 0;
    return { resultType: 'input_required', ...(asks && { inputRequests }), requestState };
  }

  #warnOfUrl(call: FlowCall, inputRequests: InputRequests): void {
    const key = unencryptedUrl(inputRequests);
    if (key === undefined || this.#hasWarnedOfUrl) return;
    this.#hasWarnedOfUrl = true;
    this.#warn(call, `the URL of ${quote(key)} is not https: clients decline it as a user would`);
  }

  #warn(call: FlowCall, what: string): void {
    this.#options.logger.warn(`${call.method} ${quote(call.target)}: ${what}`);
  }
}

function readResponses(responses: unknown): UnknownRecord | undefined {
  if (responses === undefined || isRecord(responses)) return responses;
  throw invalidParams('inputResponses must be an object');
}

/** Checks this request, since the client may declare less than in the first round (MS-8). */
function assertDeclared(needs: readonly ClientCapabilities[], declared: ClientCapabilities): void {
  for (const need of needs) {
    const missing = missingCapabilities(need, declared);
    if (missing !== undefined) throw missingCapability(missing);
  }
}

/** Keeps the answers to `inputRequired(...)` while the engine asks in between (F14). */
function carriedOver(standing: Standing, manual: ManualInput): ManualState | undefined {
  if (standing.manual === undefined) return undefined;
  const { inputResponses, requestState } = manual;
  return {
    keys: [],
    ...(inputResponses && { answers: inputResponses }),
    ...(requestState !== undefined && { requestState }),
  };
}
