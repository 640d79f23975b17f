import type { Exchange } from '../protocol/dispatcher.ts';
import type { OldConnection } from '../protocol/legacy-port.ts';
import { InFlight } from '../protocol/in-flight.ts';

/** What sets a request going. */
type SetGoing = Pick<OldConnection, 'principal' | 'request' | 'afterReply' | 'holdStream'>;

/** A request of this revision that is dispatched for an old client. It has no headers to agree with. */
export class InnerExchange implements Exchange {
  readonly headers = undefined;
  /** The client carries a state in the id of an event, which is sealed as a whole (L14). */
  readonly keepsStates = true;
  readonly principal: Exchange['principal'];
  readonly request: unknown;
  readonly afterReply: Exchange['afterReply'];
  readonly streams: boolean;
  readonly inFlight: InFlight = new InFlight();
  readonly notify: (message: string) => void;
  readonly onStep: (() => void) | undefined;
  readonly #cause: SetGoing;

  /** @param cause what has set it going */
  constructor(
    cause: SetGoing,
    streams: boolean,
    notify: (message: string) => void,
    onStep?: () => void,
  ) {
    this.principal = cause.principal;
    this.request = cause.request;
    this.afterReply = cause.afterReply;
    this.streams = streams;
    this.notify = notify;
    this.onStep = onStep;
    this.#cause = cause;
  }

  holdStream(decision: Promise<unknown>): void {
    this.#cause.holdStream?.(decision);
  }
}
