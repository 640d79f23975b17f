import type { OldConnection, OldReply } from '../../protocol/legacy-port.ts';
import type { Continuation } from './event-ids.ts';

/** The call whose messages an output sends. */
export interface OutputOwner {
  /** The client is gone, and nothing that it could come back to needs the call here. */
  left(): void;
  /** The transport closes. */
  closing(): void;
  /** The pipe is gone, and with it everybody who could use a result. */
  cut(reason: string): void;
}

/** Where what a call sends goes. */
export interface CallOutput {
  /** Whether the client can go on with the call at any instance. */
  readonly isContinued: boolean;
  /** How many events the client could come back to. */
  readonly position: number;
  /** Progress or a log, which may be dropped. */
  notify(message: string): void;
  /** Sends the questions of a round. */
  ask(questions: readonly string[], continuation: Continuation): void;
  /** Sends to a client that is being asked. */
  remind(message: string): void;
  /**
   * The call stands elsewhere now: an answer has come, or a round has ended without questions. The
   * client hears of it with what is sent next in this turn of the event loop, or at its end.
   */
  goOn(continuation: Continuation): void;
  /** What the client is still to hear of leaves now: something is about to be done. */
  flush(): void;
  finish(reply: OldReply): void;
  /** Ends without a reply: the call goes on elsewhere. */
  leave(): void;
  /** Ends without a reply, and there will never be one. */
  cancel(): void;
}

/** How long answers are waited for when the client cannot be seen, in ms. */
export const PATIENCE = 60_000;

/** For connections that a client cannot come back to. */
export class DirectOutput implements CallOutput {
  readonly isContinued = false;
  readonly position = 0;
  readonly #connection: OldConnection;
  readonly #owner: OutputOwner;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: OldConnection, owner: OutputOwner) {
    this.#connection = connection;
    this.#owner = owner;
    connection.inFlight.start({
      cancel: (reason) => (connection.isPipe ? owner.cut(reason) : this.#waitForAnswers()),
      conclude: () => owner.closing(),
    });
  }

  notify(message: string): void {
    this.#connection.notify(message);
  }

  ask(questions: readonly string[]): void {
    this.#connection.send(...questions.map((message) => ({ message })));
    if (this.#connection.inFlight.isCancelled) this.#waitForAnswers();
  }

  remind(message: string): void {
    this.#connection.send({ message });
  }

  goOn(): void {}

  flush(): void {}

  finish(reply: OldReply): void {
    this.#over();
    this.#connection.finish(reply);
  }

  leave(): void {
    this.cancel();
  }

  cancel(): void {
    this.#over();
    this.#connection.end();
  }

  /** The connection is gone. Answers come without it. */
  #waitForAnswers(): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#owner.left(), PATIENCE);
    this.#patience.unref?.();
  }

  #over(): void {
    clearTimeout(this.#patience);
    this.#connection.inFlight.done();
  }
}
