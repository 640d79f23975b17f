/** An event stream that is connected to again where it has broken off (L20). */
import { pause } from '../../../base/timing/pause.ts';
import { RondoError } from '../../../base/errors.ts';
import { type HttpConnection, isOk, mediaType } from '../../../http/client/http-connection.ts';
import { HttpError } from '../../../http/client/http-error.ts';
import type { HttpResponse } from '../../../http/client/send.ts';
import { SessionLost } from './wire.ts';

/** How long to wait before connecting again, unless the server says otherwise, in ms. */
const RETRY = 1_000;

/** How often in a row to connect again in vain. */
const MAX_FAILURES = 5;

/** Longest time to wait, in ms: timers have 32 bits. */
const LONGEST = 2 ** 31 - 1;

/** Statuses that may be another at the next try, beside those of 500 and more. */
const TEMPORARY: readonly number[] = [408, 425, 429];

export interface StreamOptions {
  readonly connection: HttpConnection;
  /** Connects again, with these headers. */
  open(headers: Readonly<Record<string, string>>): Promise<HttpResponse>;
  readonly signal: AbortSignal;
  /**
   * Called when the stream has to begin anew, since it has no position to come back to. Default: it
   * fails.
   */
  onGap?(): void;
}

export class ResumableStream {
  readonly #options: StreamOptions;
  /** The id of the last event. */
  #position: string | undefined;
  #retry = RETRY;
  /** Events since the newest connection, those without data too. */
  #events = 0;
  /** Connections in a row that brought no message. */
  #quiet = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  /**
   * The messages, from a first connection that is open. It ends only by an error, or when it is left.
   *
   * @throws RondoError `transport_failed`, `invalid_response`; the signal's reason
   */
  async *messages(first: HttpResponse): AsyncGenerator<string> {
    let response: HttpResponse | undefined = first;
    for (let failures = 0; ; failures++) {
      if (response !== undefined) {
        yield* this.#read(response);
        if (this.#events > 0) failures = 0;
      }
      this.#options.signal.throwIfAborted();
      if (failures >= MAX_FAILURES) throw brokenOff(`${MAX_FAILURES} times`);
      this.#startOver();
      await pause(this.#wait, this.#options.signal);
      this.#options.signal.throwIfAborted();
      response = await this.#reopen();
    }
  }

  /** Longer each time that nothing comes, up to a second: a server may want it at once, and for ever. */
  get #wait(): number {
    return Math.min(Math.max(this.#retry, Math.min(2 ** (this.#quiet - 1), RETRY)), LONGEST);
  }

  async *#read(response: HttpResponse): AsyncGenerator<string> {
    const messages: string[] = [];
    this.#events = 0;
    this.#quiet++;
    const reading = this.#options.connection.readStream(response, {
      onEvent: ({ id, event = 'message', data }) => {
        this.#events++;
        if (id !== undefined) this.#position = id || undefined;
        if (event !== 'message' || data === '') return;
        this.#quiet = 0;
        messages.push(data);
      },
      onRetry: (ms) => (this.#retry = ms),
    });
    try {
      for await (const _ of reading) yield* messages.splice(0);
    } catch (error) {
      if (!isBreak(error)) throw error;
    }
  }

  #startOver(): void {
    if (this.#position !== undefined) return;
    if (this.#options.onGap === undefined) throw brokenOff('and cannot be taken up again');
    this.#options.onGap();
  }

  /** `undefined` if it may go better next time. */
  async #reopen(): Promise<HttpResponse | undefined> {
    const position = this.#position;
    try {
      const response = await this.#options.open(
        position === undefined ? {} : { 'Last-Event-ID': position },
      );
      if (isOk(response) && mediaType(response) === 'text/event-stream') return response;
      response.discard();
      throw this.#options.connection.noMessage(response);
    } catch (error) {
      if (error instanceof SessionLost) throw brokenOff('and has ended the session');
      if (isBreak(error)) return undefined;
      throw error;
    }
  }
}

/** Whether an error is one of the network or of the moment. */
function isBreak(error: unknown): boolean {
  if (error instanceof HttpError) return error.status >= 500 || TEMPORARY.includes(error.status);
  return error instanceof RondoError && error.code === 'transport_failed';
}

function brokenOff(how: string): RondoError<'transport_failed'> {
  const why = `The server broke off its stream ${how}. The call may have been served all the same.`;
  return new RondoError('transport_failed', why);
}
