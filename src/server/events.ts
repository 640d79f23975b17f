/** What a server reports of its flows, to the option `on` and to its extensions. */
import { notifyListener } from '../base/listener.ts';
import type { Logger } from '../base/logging/logger.ts';
import { messageOf } from '../base/thrown.ts';
import type { AskingMethod } from '../protocol/names/methods.ts';
import type { RefusalReason, UsedState } from '../protocol/refusal.ts';
import type { TraceContext } from '../protocol/trace-context.ts';
import type { FailedCheck } from '../state/claims.ts';

/** The request that an event is about: the same object in all of its events. */
export interface RequestOf {
  /** As the client chose it: a text may be long. */
  readonly id: string | number;
  /** Absent if the server does not know it. */
  readonly method?: string;
  /** Absent if the server does not support it. */
  readonly protocolVersion?: string;
  /** `tcp` over HTTP, `pipe` over stdio; absent in the same process and for older clients. */
  readonly transport?: 'tcp' | 'pipe';
  /** The span of the client that it belongs to; absent if it names none. */
  readonly sent?: TraceContext;
}

/** How a listener links a round to others, and to what its handler does. */
export interface RoundTrace {
  /** What a listener has set in an earlier round of the flow, at whatever instance. */
  readonly previous?: string;
  /** The span of the client that the round's request, or its task's, belongs to. */
  readonly sent?: TraceContext;
  /**
   * May be set at `round_begun`, to at most 64 characters: is `previous` in the next round, and in the
   * task that the flow becomes. It travels sealed.
   */
  current?: string;
  /**
   * May be set at `round_begun`: is called around the handler, and has to call it at once. If it does
   * not, or throws, the handler is called all the same.
   */
  within?: (handler: () => unknown) => unknown;
}

/** The round that an event is about. */
export interface RoundOf {
  /** The request's method. */
  readonly method: AskingMethod;
  /** The tool's or prompt's name, or the resource's URI. */
  readonly target: string;
  /** The flow's id, the same in every round. */
  readonly flowId: string;
  /** Number of the round; the first is 1. */
  readonly round: number;
  /** The same object in all events of the round. */
  readonly trace: RoundTrace;
}

/** A handler begins to run. */
export interface RoundBegunEvent extends RoundOf {
  readonly type: 'round_begun';
  /** Absent if a worker runs a task. */
  readonly request?: RequestOf;
  /** How many outcomes are recorded, which are replayed. */
  readonly entries: number;
  /**
   * How long the user took to answer a form or a URL, in ms, with the way there and back; absent if
   * none was open.
   */
  readonly waited?: number;
  /** How many questions the user has declined or cancelled. */
  readonly refused: number;
}

/** A round has ended. */
export interface RoundEndedEvent extends RoundOf {
  readonly type: 'round_ended';
  /**
   * `complete`: the handler returned. `input_required`: the client is asked. `threw`: the handler
   * threw. `failed`: a mistake, a divergence, the deadline, or the client has left.
   */
  readonly outcome: 'complete' | 'input_required' | 'threw' | 'failed';
  /** Keys of the questions that the client is asked. */
  readonly asks: readonly string[];
  /** The error's code, if the round failed with one. */
  readonly code?: string;
  /** How many outcomes this round has added to the journal; 0 if it threw or failed. */
  readonly entriesNew: number;
  /** Length of the state, sealed if the client carries it as it is, in bytes; absent if there is none. */
  readonly stateBytes?: number;
  /** Whether the client gets a tool's result with `isError`. */
  readonly isError: boolean;
  /** The code of the JSON-RPC error that the client gets; absent if it gets a result. */
  readonly errorCode?: number;
  /** How long the round ran, in ms. */
  readonly duration: number;
}

/** A request brought a state that was refused. The client does not learn why. */
export interface StateRefusedEvent {
  readonly type: 'state_refused';
  /**
   * The first check that the state failed. Of one that is good itself: `other_request` if its round, or the
   * task of its flow, has had another request; `spent` if nothing is kept of its round any more.
   */
  readonly check: FailedCheck | UsedState;
  /** The request's method. */
  readonly method: string;
  /** The tool's or prompt's name, or the resource's URI. */
  readonly target: string;
}

/** A request was refused by what makes rounds run once, or by what keeps tasks. */
export interface RequestRefusedEvent {
  readonly type: 'request_refused';
  /**
   * `unknown_task`: there is no such task, or it is another caller's. `too_many_tasks`: too many of the
   * caller's have not ended. `key_reused`: the key of a call was used with other arguments. `reply_gone`:
   * the call was made before, and neither its reply is kept nor can its flow go on. The others may be sent again:
   * `still_running`, the round that it waited for has not ended; `too_many_waiting`, enough wait for that
   * here; `claim_lost`, another instance may have the round; `store_failed`, the log says how.
   */
  readonly reason: RefusalReason;
  /** The request's method. */
  readonly method: string;
  /** The tool's or prompt's name, or the resource's URI; absent for methods that have none. */
  readonly target?: string;
}

/** A step has run. Steps that are replayed are not reported. */
export interface StepRanEvent extends RoundOf {
  readonly type: 'step_ran';
  /** The step's key. */
  readonly key: string;
  /** Whether it returned a value. */
  readonly ok: boolean;
  /** How often its function was called: once, and once more for each retry. */
  readonly attempts: number;
  /** How long it took, in ms, pauses between attempts included. */
  readonly duration: number;
}

/** An answer did not fit its question. */
export interface AnswerWrongEvent extends RoundOf {
  readonly type: 'answer_wrong';
  /** The question's key. */
  readonly key: string;
  /** How often the question had been sent. */
  readonly sendings: number;
}

/** A request has its reply; of a listen stream, the stream has ended. */
export interface RequestServedEvent {
  readonly type: 'request_served';
  readonly request: RequestOf;
  /** The tool's or prompt's name, or the resource's URI; absent if the reply is an error. */
  readonly target?: string;
  /** Whether the reply is a tool's result with `isError`. */
  readonly isError: boolean;
  /** The code of the JSON-RPC error that the reply is; absent if it is a result. */
  readonly errorCode?: number;
  /** How long it took, in ms. */
  readonly duration: number;
}

/** A refusal: the client does not learn why, or not all of it. */
export type RefusedEvent = StateRefusedEvent | RequestRefusedEvent;

/** What a server reports. More types may be added: ignore those you do not know. */
export type ServerEvent =
  | RoundBegunEvent
  | RoundEndedEvent
  | RequestServedEvent
  | StateRefusedEvent
  | RequestRefusedEvent
  | StepRanEvent
  | AnswerWrongEvent;

/** Is called with every event. Events have no values, answers or arguments in them. */
export type ServerEventListener = (event: ServerEvent) => void;

const IS_OFF: unique symbol = Symbol('isOff');

/** @param isOff whether `listener` does nothing now, so that nothing has to be worked out for it */
export function pausing(listener: ServerEventListener, isOff: () => boolean): ServerEventListener {
  return Object.assign(listener, { [IS_OFF]: isOff });
}

/** The listener, if it listens now. */
export function listening(
  listener: ServerEventListener & { readonly [IS_OFF]?: () => boolean },
): ServerEventListener | undefined {
  return listener[IS_OFF]?.() === true ? undefined : listener;
}

/**
 * Calls every listener; what one throws is logged. `undefined` if there is none, so that nothing is
 * worked out for nobody.
 */
export function emitterFor(
  listeners: readonly ServerEventListener[],
  logger: Logger,
): ServerEventListener | undefined {
  if (listeners.length === 0) return undefined;
  const emit: ServerEventListener = (event) => {
    for (const listener of listeners) {
      notifyListener(
        () => listener(event),
        (error) => logger.warn(`A listener for ${event.type} failed: ${messageOf(error)}`),
      );
    }
  };
  return pausing(emit, () => listeners.every((each) => listening(each) === undefined));
}
