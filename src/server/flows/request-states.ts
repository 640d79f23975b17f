/**
 * Seals where a flow stands into `requestState` at the end of a round, and opens it in the next. A
 * state is refused here when it cannot be opened (state/state-seal.ts) or does not belong to the
 * request that brings it (state/claims.ts).
 */
import { quote } from '../../base/quote.ts';
import { expiredBy } from '../../flow/asks/expiry.ts';
import type { Recorded } from '../../flow/journal/journal.ts';
import { largestEntries, readJournal, writeJournal } from '../../flow/journal/journal-json.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { RondoError } from '../../base/errors.ts';
import { exactJson } from '../../base/json/exact-json.ts';
import { notifyListener } from '../../base/listener.ts';
import { type JsonValue, type UnknownRecord, parseJson } from '../../base/json/json.ts';
import { invalidState } from '../../protocol/refusal.ts';
import { type RpcError, internalError } from '../../protocol/rpc-error.ts';
import { argumentsDigest } from '../../state/arguments-digest.ts';
import { principalTag } from '../../state/binding.ts';
import {
  CLOCK_SKEW,
  type Expectation,
  type FailedCheck,
  type FlowState,
  failedCheck,
} from '../../state/claims.ts';
import { type StateSeal, StateRefusal } from '../../state/state-seal.ts';
import type { ExtendedCall, LargeJournals } from '../extension.ts';
import type { FlowCall } from './flow-call.ts';
import { ServerFlow } from './server-flow.ts';

/** Longest content of a state that is kept in a store, in characters of JSON. */
const LONGEST_CONTENT = 16_777_216;

/** What a manual round leaves for the next round. */
export interface ManualState {
  /** The keys of its questions. Other keys in `inputResponses` are ignored (F9). */
  readonly keys: readonly string[];
  /** Its answers, kept while the engine asks. */
  readonly answers?: UnknownRecord;
  readonly requestState?: string;
}

/** Where a flow stands when a round begins. */
export interface Standing {
  readonly flow: ServerFlow;
  /** Number of the round; the first is 1. */
  readonly round: number;
  readonly recorded: Recorded;
  readonly manual: ManualState | undefined;
  /** What questions come to whose time is over, whatever their answers are (K16). */
  readonly expired?: UnknownRecord | undefined;
  /** When the state that brought it was sealed, in ms since the epoch. */
  readonly sealedAt?: number;
}

export interface RequestStatesOptions {
  /** Called when the first state is sealed or opened. */
  readonly stateSeal: () => StateSeal;
  readonly audience: string;
  /** How long a flow may take in all, in ms (S8). */
  readonly flowTtl: number;
  readonly now: () => number;
  /** Where contents are kept that are too large for a state. Default: they are errors. */
  readonly large: LargeJournals | undefined;
  /** Called when a state is sealed for a caller whose credentials were not verified. */
  readonly onUnbound: () => void;
  /** Called when a state is refused, with the reason, which the client does not learn (S3). */
  readonly onRefused: (check: FailedCheck, call: FlowCall) => void;
}

/** Versions that do not know the last member leave it unread: it is no part of the format. */
type Content = [ClientCapabilities, JsonValue, manual?: ManualState | null, trace?: string];

const NOTHING: Recorded = { entries: [], asked: [] };

export class RequestStates {
  readonly #options: RequestStatesOptions;
  #stateSeal: StateSeal | undefined;

  constructor(options: RequestStatesOptions) {
    this.#options = options;
  }

  /**
   * Where the flow of `call` stands: at its beginning, or as its request state says.
   *
   * @throws RpcError the same error for every state that is refused (S3)
   */
  open(call: FlowCall): Standing | Promise<Standing> {
    const { requestState } = call.params;
    if (requestState !== undefined) return this.#resume(call, requestState);
    const { now, flowTtl } = this.#options;
    const flow = ServerFlow.begin(now(), flowTtl, call.meta.capabilities);
    return { flow, round: 1, recorded: NOTHING, manual: undefined };
  }

  /**
   * The state for the round after `standing`.
   *
   * @throws RondoError `state_too_large`, naming the largest entries
   */
  seal(
    call: ExtendedCall,
    standing: Standing,
    recorded: Recorded,
    manual?: ManualState,
  ): string | Promise<string> {
    const { now, onUnbound, large } = this.#options;
    const { id, secret, startedAt, deadline, capabilities, trace } = standing.flow.origin;
    const issuedAt = now();
    const binding = this.#expectedBy(call);
    if (hasUnverifiedCredentials(call)) onUnbound();
    const content: Content = [capabilities, writeJournal(recorded)];
    if (trace !== undefined) content.push(manual ?? null, trace);
    else if (manual !== undefined) content.push(manual);
    const state = {
      flowId: id,
      secret,
      startedAt,
      deadline,
      round: standing.round + 1,
      issuedAt,
      expiresAt: Math.min(issuedAt + call.policy.stateTtl, deadline),
      binding,
      content: content as unknown as JsonValue,
    };
    try {
      return staysHere(call) ? this.#seal.sealIfLong(state) : this.#seal.seal(state);
    } catch (error) {
      if (!(error instanceof RondoError)) throw error;
      if (large !== undefined && error.code === 'state_too_large') {
        return this.#spill(state, recorded, large);
      }
      throw withLargest(error, recorded);
    }
  }

  /**
   * A state of the same round that can be answered: `requestState`, or if that is in its last minute or
   * past it, one that is sealed now. `undefined` if the flow is over, or has lost its journal (K17).
   *
   * @throws RpcError if another instance may be able to read it
   */
  async renewed(call: ExtendedCall, requestState: string): Promise<string | undefined> {
    const now = this.#options.now();
    try {
      const state = this.#seal.read(requestState);
      // Of its times, only its flow's counts.
      const lasting = { ...state, expiresAt: state.deadline };
      if (failedCheck(lasting, this.#expectedBy(call), now) !== undefined) return undefined;
      if (state.expiresAt > now + CLOCK_SKEW) return requestState;
      const { round, ...standing } = await this.#standingOf(state);
      return await this.seal(
        call,
        { ...standing, round: round - 1 },
        standing.recorded,
        standing.manual,
      );
    } catch (error) {
      if (!(error instanceof StateRefusal)) throw error;
      if (error.check === 'format') throw newerState();
      return undefined;
    }
  }

  /** The state has a name instead of its content (S6). */
  async #spill(state: FlowState, recorded: Recorded, large: LargeJournals): Promise<string> {
    const text = exactJson(state.content);
    if (text.length > LONGEST_CONTENT) throw withLargest(tooLarge(text.length), recorded);
    const life = state.expiresAt - state.issuedAt + 2 * CLOCK_SKEW;
    return this.#seal.seal({ ...state, content: await large.put(text, life) });
  }

  #resume(call: FlowCall, requestState: unknown): Standing | Promise<Standing> {
    try {
      if (typeof requestState !== 'string') throw new StateRefusal('shape');
      const expected = this.#expectedBy(call);
      const state = call.exchange.keepsStates
        ? this.#seal.openOwn(requestState, expected)
        : this.#seal.open(requestState, expected);
      const standing = this.#standingOf(state);
      if (!(standing instanceof Promise)) return standing;
      return standing.catch((error) => this.#refuse(call, error));
    } catch (error) {
      return this.#refuse(call, error);
    }
  }

  /** Later, if what is recorded is in a store. */
  #standingOf(state: FlowState): Standing | Promise<Standing> {
    if (typeof state.content === 'string') return this.#fetch(state, state.content);
    return standingOf(state, this.#options.now());
  }

  async #fetch(state: FlowState, name: string): Promise<Standing> {
    const text = await this.#options.large?.get(name);
    if (text === undefined) throw new StateRefusal('journal');
    const content = parseJson(text) as JsonValue;
    return standingOf({ ...state, content }, this.#options.now());
  }

  #refuse(call: FlowCall, error: unknown): never {
    if (!(error instanceof StateRefusal)) throw error;
    // The state is refused also when reporting it fails.
    notifyListener(() => this.#options.onRefused(error.check, call));
    throw error.check === 'format' ? newerState() : invalidState();
  }

  get #seal(): StateSeal {
    return (this.#stateSeal ??= this.#options.stateSeal());
  }

  /** What a state must agree with that `call` brings; a state that is sealed for it does. */
  #expectedBy(call: ExtendedCall): Expectation {
    return {
      audience: this.#options.audience,
      method: call.method,
      target: call.target,
      argumentsDigest: argumentsDigest(call.params['arguments']),
      principal: principalTag(call.exchange.principal),
      version: call.policy.version,
      accepts: call.policy.accepts,
    };
  }
}

/** Whether no client gets the state: an extension may keep a reply, and give it to another one. */
function staysHere(call: ExtendedCall & Partial<Pick<FlowCall, 'wrapper'>>): boolean {
  return call.exchange.keepsStates === true && call.wrapper === undefined;
}

function hasUnverifiedCredentials({ exchange }: ExtendedCall): boolean {
  return exchange.principal === undefined && Boolean(exchange.headers?.get('authorization'));
}

function standingOf(state: FlowState, now: number): Standing {
  try {
    const [capabilities, journal, manual, trace] = state.content as unknown as Content;
    const { flowId: id, secret, startedAt, deadline, round, issuedAt: sealedAt } = state;
    const recorded = readJournal(journal);
    const origin = { id, secret, startedAt, deadline, capabilities };
    return {
      flow: ServerFlow.resume(trace === undefined ? origin : { ...origin, trace }),
      round,
      recorded,
      manual: manual ?? undefined,
      expired: expiredBy(now, recorded.asked),
      sealedAt,
    };
  } catch (error) {
    const isNewer = error instanceof RondoError && error.code === 'newer_format';
    throw new StateRefusal(isNewer ? 'format' : 'shape');
  }
}

/** While the servers are updated, another instance may be able to read the state (S3). */
function newerState(): RpcError {
  return internalError({ retryable: true });
}

function tooLarge(length: number): RondoError {
  const message = `The content of the request state would have ${length} characters; at most ${LONGEST_CONTENT} are kept.`;
  return new RondoError('state_too_large', message);
}

function withLargest(error: RondoError, recorded: Recorded): RondoError {
  const largest = largestEntries(recorded.entries).map(([key, size]) => `${quote(key)} (${size})`);
  if (error.code !== 'state_too_large' || largest.length === 0) return error;
  return new RondoError(error.code, `${error.message} Largest entries: ${largest.join(', ')}.`);
}
