/** What a server reports of its flows, to the option `on` and to its extensions. */
import { notifyListener } from '../base/listener.ts';
import type { Logger } from '../base/logger.ts';
import { messageOf } from '../base/thrown.ts';
import type { AskingMethod } from '../protocol/methods.ts';
import type { FailedCheck } from '../state/claims.ts';

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
}

/** A handler begins to run. */
export interface RoundBegunEvent extends RoundOf {
  readonly type: 'round_begun';
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
  /** How long the round ran, in ms. */
  readonly duration: number;
}

/** A request brought a state that was refused. The client does not learn why. */
export interface StateRefusedEvent {
  readonly type: 'state_refused';
  /** The first check that the state failed. */
  readonly check: FailedCheck;
  /** The request's method. */
  readonly method: string;
  /** The tool's or prompt's name, or the resource's URI. */
  readonly target: string;
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

/** What a server reports. More types may be added: ignore those you do not know. */
export type ServerEvent =
  RoundBegunEvent | RoundEndedEvent | StateRefusedEvent | StepRanEvent | AnswerWrongEvent;

/** Is called with every event. Events have no values, answers or arguments in them. */
export type ServerEventListener = (event: ServerEvent) => void;

/**
 * Calls every listener; what one throws is logged. `undefined` if there is none, so that nothing is
 * worked out for nobody.
 */
export function emitterFor(
  listeners: readonly ServerEventListener[],
  logger: Logger,
): ServerEventListener | undefined {
  if (listeners.length === 0) return undefined;
  return (event) => {
    for (const listener of listeners) {
      notifyListener(
        () => listener(event),
        (error) => logger.warn(`A listener for ${event.type} failed: ${messageOf(error)}`),
      );
    }
  };
}
