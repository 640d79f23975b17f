import type { Exchange, Reply } from '../protocol/dispatcher.ts';
import type { Principal } from '../protocol/principal.ts';
import { internalError } from '../protocol/rpc-error.ts';
import { Work } from '../protocol/work.ts';
import type { Place } from './load.ts';
import type { RequestHead } from './policy.ts';
import { type Accepted, type Rejection, rejectWith } from './screen.ts';
import type { Sink } from './sink.ts';
import { SSE_COMMENT, SSE_COMMENT_INTERVAL, SSE_MAX_UNREAD, SSE_TOO_FAR, sseEvent } from './sse.ts';

/**
 * One request and its response, on whatever platform: decides between JSON and a stream, and what
 * to do about a client that is gone or does not read.
 */
export class HttpExchange implements Exchange {
  readonly request: RequestHead;
  readonly headers: RequestHead['headers'];
  readonly streams: boolean;
  readonly work: Work = new Work();
  principal: Principal | undefined;
  /** Whether it is a listen stream. */
  isListening = false;
  readonly #json: boolean;
  readonly #sink: Sink;
  readonly #place: Place;
  #isOver = false;
  #isStream = false;
  #wasBehind = false;
  #comments: ReturnType<typeof setInterval> | undefined;

  constructor(request: RequestHead, accepted: Accepted, sink: Sink, place: Place) {
    this.request = request;
    this.headers = request.headers;
    this.streams = accepted.stream;
    this.#json = accepted.json;
    this.#sink = sink;
    this.#place = place;
  }

  /** It stays open for long, and does little: it takes none of the places. */
  listening(): void {
    this.isListening = true;
    this.#place.leave();
  }

  /**
   * Progress and logs are left out while the client is behind, which bounds what is kept for it. A
   * change that was listened for cannot be left out: whoever is too far behind for those starts
   * anew.
   */
  notify(message: string): void {
    if (this.#isOver) return;
    this.#openStream();
    const { unread } = this.#sink;
    if (unread > SSE_MAX_UNREAD && !this.isListening) return;
    if (unread > SSE_TOO_FAR) return this.#giveUp();
    this.#sink.write(sseEvent(message));
  }

  finish({ status, body }: Reply): void {
    if (this.#isOver) return;
    // An error keeps its status, which a stream could not have (EN-6 to EN-10).
    if (!this.#json && status === 200) this.#openStream();
    this.#close();
    if (this.#isStream) this.#sink.end(sseEvent(body));
    else this.#sink.answer(status, body);
  }

  refuse(rejection: Rejection): void {
    if (this.#isOver) return;
    this.#close();
    this.#sink.refuse(rejection);
  }

  /** Something threw that never should. The client learns that, where it still can. */
  fail(): void {
    if (this.#isOver || this.#isStream) this.#giveUp('the server failed');
    else this.refuse(rejectWith(500, internalError()));
  }

  /** The client has gone away, or the server has to: that cancels the request (HS-14). */
  cancel(reason: string): void {
    this.#close();
    this.work.cancel(reason);
  }

  /** Nobody serves it any more, and its place is free. */
  leave(): void {
    this.#place.leave();
  }

  #close(): void {
    clearInterval(this.#comments);
    this.#isOver = true;
  }

  #giveUp(reason = 'the client does not read its stream'): void {
    this.cancel(reason);
    this.#sink.abandon();
  }

  #openStream(): void {
    if (this.#isStream) return;
    this.#isStream = true;
    this.#sink.openStream();
    this.#comments = setInterval(() => this.#tick(), SSE_COMMENT_INTERVAL);
  }

  /** A large message takes a while to be read: one that is behind has until the next tick. */
  #tick(): void {
    const isBehind = this.#sink.unread > SSE_MAX_UNREAD;
    if (isBehind && this.#wasBehind) return this.#giveUp();
    if (!isBehind) this.#sink.write(SSE_COMMENT);
    this.#wasBehind = isBehind;
  }
}
