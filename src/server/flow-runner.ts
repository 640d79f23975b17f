/**
 * Serves one round of a handler that may ask: opens the state, plays the round, and turns its end
 * into a value, a question or an error. The same for tools, prompts and resources.
 */
import type { OpenAsk } from '../flow/asks/ask.ts';
import type { FlowHost, Scheduler } from '../flow/round/host.ts';
import { type Asked, type Recorded, memoryJournal } from '../flow/journal/journal.ts';
import type { Complete, InputRequired } from '../flow/round/outcome.ts';
import { Round } from '../flow/round/round.ts';
import { type ClientCapabilities, missingCapabilities } from '../protocol/capabilities.ts';
import { RondoError } from '../protocol/errors.ts';
import { type UnknownRecord, isRecord } from '../protocol/json.ts';
import type { InputRequests, InputRequiredResult } from '../protocol/results.ts';
import { invalidParams, missingCapability } from '../protocol/rpc-error.ts';
import { Context, type HandWritten } from './context.ts';
import type { FlowCall } from './flow-call.ts';
import { isInputRequired } from './hand-written.ts';
import { checkedRequests, handWritten, needsOf } from './hand-written-round.ts';
import type { Logger } from '../protocol/logger.ts';
import { describeError } from '../protocol/thrown.ts';
import { systemScope } from './runtime.ts';
import type { HandState, Standing, StateKeeper } from './state-keeper.ts';

/** How a request to a handler ended, short of an error of ours or of the wire. */
export type FlowEnd =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'asks'; readonly result: InputRequiredResult }
  /** The handler threw. */
  | { readonly type: 'threw'; readonly error: unknown }
  /** The engine gave the round up; see flow/journal/errors.ts. */
  | { readonly type: 'failed'; readonly error: unknown };

export interface FlowRunnerOptions {
  readonly keeper: StateKeeper;
  readonly scheduler: Scheduler;
  /** How many rounds a flow may take (F13). */
  readonly maxRounds: number;
  readonly logger: Logger;
}

export class FlowRunner {
  readonly #options: FlowRunnerOptions;

  constructor(options: FlowRunnerOptions) {
    this.#options = options;
  }

  /** @throws RpcError what goes out instead of a result; RondoError a mistake of the author's */
  async run(call: FlowCall): Promise<FlowEnd> {
    const responses = readResponses(call.params['inputResponses']);
    const standing = this.#options.keeper.open(call);
    const round = this.#roundOf(call, standing, responses);
    const isFirst = standing.round === 1;
    const takesAll = isFirst && call.policy.acceptsUnsolicited;
    const hand = handWritten(standing.hand, responses, takesAll);
    const context = new Context(round, call.meta, call.exchange, hand);
    call.exchange.work.begin(round);
    const outcome = await round.run(() => call.handler(context));
    call.exchange.work.end();
    switch (outcome.status) {
      case 'complete':
        return this.#completed(call, standing, outcome);
      case 'input_required':
        return { type: 'asks', result: this.#asking(call, standing, outcome, hand) };
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
      onLateCall: (key) => this.#warn(call, `'${key}' was used after its round had ended`),
      onCleanUpFailed: (error) => this.#warn(call, `onRoundEnd failed: ${describeError(error)}`),
    };
    return new Round(host, {
      answers: responses,
      unsolicited: isFirst && call.policy.acceptsUnsolicited ? responses : undefined,
    });
  }

  #completed(call: FlowCall, standing: Standing, outcome: Complete<unknown>): FlowEnd {
    if (isInputRequired(outcome.result)) {
      return { type: 'asks', result: this.#askingByHand(call, standing, outcome) };
    }
    if (outcome.unreached.length > 0) {
      this.#warn(call, `recorded but never reached: ${outcome.unreached.join(', ')}`);
    }
    return { type: 'value', value: outcome.result };
  }

  #asking(
    call: FlowCall,
    standing: Standing,
    { asks, entries }: InputRequired,
    hand: HandWritten,
  ): InputRequiredResult {
    assertDeclared(
      asks.map((ask) => ask.needs),
      call.meta.capabilities,
    );
    const inputRequests: InputRequests = {};
    for (const { key, request } of asks) if (request !== undefined) inputRequests[key] = request;
    const recorded = { entries, asked: asks.map(toAsked) };
    return this.#inputRequired(
      call,
      standing,
      inputRequests,
      recorded,
      carriedOver(standing, hand),
    );
  }

  #askingByHand(
    call: FlowCall,
    standing: Standing,
    outcome: Complete<unknown>,
  ): InputRequiredResult {
    const inputRequests = checkedRequests(outcome);
    assertDeclared(needsOf(inputRequests), call.meta.capabilities);
    const { requestState } = outcome.result as InputRequiredResult;
    const hand = {
      keys: Object.keys(inputRequests),
      ...(requestState !== undefined && { requestState }),
    };
    const recorded = { entries: outcome.entries, asked: [] };
    return this.#inputRequired(call, standing, inputRequests, recorded, hand);
  }

  #inputRequired(
    call: FlowCall,
    standing: Standing,
    inputRequests: InputRequests,
    recorded: Recorded,
    hand: HandState | undefined,
  ): InputRequiredResult {
    const { keeper, maxRounds } = this.#options;
    if (standing.round >= maxRounds) {
      throw new RondoError(
        'too_many_rounds',
        `The flow wants more than ${maxRounds} rounds. Ask several questions in one.`,
      );
    }
    const requestState = keeper.seal(call, standing, recorded, hand);
    const asks = Object.keys(inputRequests).length > 0;
    return { resultType: 'input_required', ...(asks && { inputRequests }), requestState };
  }

  #warn(call: FlowCall, what: string): void {
    this.#options.logger.warn(`${call.method} ${JSON.stringify(call.target)}: ${what}`);
  }
}

function readResponses(responses: unknown): UnknownRecord | undefined {
  if (responses === undefined || isRecord(responses)) return responses;
  throw invalidParams('inputResponses must be an object');
}

/** Checks against this very request: the client may have declared less than in the first (MS-8). */
function assertDeclared(needs: readonly ClientCapabilities[], declared: ClientCapabilities): void {
  for (const need of needs) {
    const missing = missingCapabilities(need, declared);
    if (missing !== undefined) throw missingCapability(missing);
  }
}

function toAsked({ kind, key, question, sendings }: OpenAsk): Asked {
  return { kind, key, question, sendings };
}

/** What was asked by hand stays answered while the engine asks (F14). */
function carriedOver(standing: Standing, hand: HandWritten): HandState | undefined {
  if (standing.hand === undefined) return undefined;
  const { inputResponses, requestState } = hand;
  return {
    keys: [],
    ...(inputResponses && { answers: inputResponses }),
    ...(requestState !== undefined && { requestState }),
  };
}
