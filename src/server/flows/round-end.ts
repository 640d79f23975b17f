/** Turns the outcome of a round into its end: a value, an error, or questions with a sealed state. */
import { RondoError } from '../../base/errors.ts';
import { quote } from '../../base/quote.ts';
import type { Recorded } from '../../flow/journal/journal.ts';
import type { Complete, InputRequired, RoundOutcome } from '../../flow/round/round-outcome.ts';
import { type ClientCapabilities, missingCapabilities } from '../../protocol/capabilities.ts';
import type { InputRequests, InputRequiredResult } from '../../protocol/results.ts';
import { missingCapability } from '../../protocol/rpc-error.ts';
import type { ManualInput } from './context.ts';
import type { FlowCall, FlowEnd } from './flow-call.ts';
import { checkedRequests, isInputRequired, needsOf } from './manual-round.ts';
import type { ManualState, RequestStates, Standing } from './request-states.ts';
import { unencryptedUrl } from './unencrypted-url.ts';

/** A round of `call`, and what it began with. */
export interface BegunRound {
  readonly call: FlowCall;
  readonly standing: Standing;
  readonly manual: ManualInput;
}

export interface RoundEndsOptions {
  readonly states: RequestStates;
  /** How many rounds a flow may have (F13). */
  readonly maxRounds: number;
  readonly warn: (call: FlowCall, what: string) => void;
}

export class RoundEnds {
  readonly #options: RoundEndsOptions;
  #hasWarnedOfUrl = false;

  constructor(options: RoundEndsOptions) {
    this.#options = options;
  }

  /** @throws RpcError the error to send; RondoError for a mistake of the author */
  endOf(begun: BegunRound, outcome: RoundOutcome<unknown>): FlowEnd | Promise<FlowEnd> {
    switch (outcome.status) {
      case 'complete':
        return this.#completed(begun, outcome);
      case 'input_required':
        return endOfAsking(this.#asking(begun, outcome));
      case 'threw':
        return { type: 'threw', error: outcome.error };
      case 'failed':
        return { type: 'failed', error: outcome.error };
    }
  }

  #completed(begun: BegunRound, outcome: Complete<unknown>): FlowEnd | Promise<FlowEnd> {
    if (isInputRequired(outcome.result)) {
      return endOfAsking(this.#askingManually(begun, outcome));
    }
    if (outcome.unreached.length > 0) {
      const unreached = outcome.unreached.map(quote).join(', ');
      this.#options.warn(begun.call, `recorded but never reached: ${unreached}`);
    }
    return { type: 'value', value: outcome.result };
  }

  #asking(begun: BegunRound, { asks, recorded }: InputRequired): Asking {
    assertDeclared(
      asks.map((ask) => ask.needs),
      begun.call.meta.capabilities,
    );
    const inputRequests: InputRequests = {};
    for (const { key, request } of asks) if (request !== undefined) inputRequests[key] = request;
    return this.#inputRequired(begun, inputRequests, recorded, carriedOver(begun));
  }

  #askingManually(begun: BegunRound, outcome: Complete<unknown>): Asking {
    const inputRequests = checkedRequests(outcome);
    assertDeclared(needsOf(inputRequests), begun.call.meta.capabilities);
    const { requestState } = outcome.result as InputRequiredResult;
    const manual = {
      keys: Object.keys(inputRequests),
      ...(requestState !== undefined && { requestState }),
    };
    return this.#inputRequired(begun, inputRequests, outcome.recorded, manual);
  }

  #inputRequired(
    { call, standing }: BegunRound,
    inputRequests: InputRequests,
    recorded: Recorded,
    manual: ManualState | undefined,
  ): Asking {
    const { states, maxRounds } = this.#options;
    if (standing.round >= maxRounds) {
      throw new RondoError(
        'too_many_rounds',
        `The flow needs more than ${maxRounds} rounds. ` +
          'Ask several questions in one round, or raise limits.rounds.',
      );
    }
    this.#warnOfUrl(call, inputRequests);
    const sealed = states.seal(call, standing, recorded, manual);
    const asks = Object.keys(inputRequests).length > 0;
    const resultType = 'input_required';
    const result = (requestState: string): InputRequiredResult =>
      asks ? { resultType, inputRequests, requestState } : { resultType, requestState };
    return typeof sealed === 'string' ? result(sealed) : sealed.then(result);
  }

  #warnOfUrl(call: FlowCall, inputRequests: InputRequests): void {
    const key = unencryptedUrl(inputRequests);
    if (key === undefined || this.#hasWarnedOfUrl) return;
    this.#hasWarnedOfUrl = true;
    const what = `the URL of ${quote(key)} is not https: clients decline it as a user would`;
    this.#options.warn(call, what);
  }
}

/** Later, if its state has to be stored. */
type Asking = InputRequiredResult | Promise<InputRequiredResult>;

function endOfAsking(asking: Asking): FlowEnd | Promise<FlowEnd> {
  const end = (result: InputRequiredResult): FlowEnd => ({ type: 'asks', result });
  return asking instanceof Promise ? asking.then(end) : end(asking);
}

/** Checks this request, since the client may declare less than in the first round (MS-8). */
function assertDeclared(needs: readonly ClientCapabilities[], declared: ClientCapabilities): void {
  for (const need of needs) {
    const missing = missingCapabilities(need, declared);
    if (missing !== undefined) throw missingCapability(missing);
  }
}

/** Keeps the answers to `inputRequired(...)` while the engine asks in between (F14). */
function carriedOver({ standing, manual }: BegunRound): ManualState | undefined {
  if (standing.manual === undefined) return undefined;
  const { inputResponses, requestState } = manual;
  return {
    keys: [],
    ...(inputResponses && { answers: inputResponses }),
    ...(requestState !== undefined && { requestState }),
  };
}
