import type { Dispatcher, Exchange, Reply } from '../protocol/dispatcher.ts';
import { Method } from '../protocol/methods.ts';
import { parseIncoming } from '../protocol/parse.ts';
import type { Principal } from '../protocol/principal.ts';
import { errorReply } from '../protocol/reply.ts';
import { internalError } from '../protocol/rpc-error.ts';
import { InFlight } from '../protocol/in-flight.ts';
import type { Slot } from './concurrency-limit.ts';
import type { RequestHead } from './policy.ts';
import { type ResponseFormats, type Rejection, rejectWith } from './check-head.ts';
import type { ResponseWriter } from './response-writer.ts';
import { SSE_COMMENT, SSE_COMMENT_INTERVAL, SSE_MAX_UNREAD, SSE_TOO_FAR, sseEvent } from './sse.ts';

/** The response to an accepted notification: an empty one (HS-5). */
const ACCEPTED: Reply = { status: 202, body: '', isError: false };

/**
 * One request and its response, on any platform. Decides between JSON and an event stream, and
 * deals with clients that disconnect or do not read.
 */
export class HttpExchange implements Exchange {
  readonly request: RequestHead;
  readonly headers: RequestHead['headers'];
  readonly streams: boolean;
  readonly inFlight: InFlight = new InFlight();
  principal: Principal | undefined;
  /** Whether it is a listen stream. */
  isListening = false;
  readonly #json: boolean;
  readonly #writer: ResponseWriter;
  readonly #slot: Slot;
  #isOver = false;
  #isStream = false;
  #wasBehind = false;
  #comments: ReturnType<typeof setInterval> | undefined;
  #opening: ReturnType<typeof setTimeout> | undefined;

  constructor(request: RequestHead, accepted: ResponseFormats, writer: ResponseWriter, slot: Slot) {
    this.request = request;
    this.headers = request.headers;
    this.streams = accepted.stream;
    this.#json = accepted.json;
    this.#writer = writer;
    this.#slot = slot;
  }

  /**
   * A listen stream stays open for hours but needs almost no CPU: it gives its slot back and does
   * not count against `maxConcurrentRequests`.
   */
  #startListening(): void {
    this.isListening = true;
    this.#slot.release();
  }

  /**
   * Progress and logs are dropped while the client is behind, to bound what is buffered for it. The
   * notifications of a listen stream are never dropped: if the client is too far behind, its stream
   * is closed, and it must listen again.
   */
  notify(message: string): void {
    if (this.#isOver) return;
    this.#openStream();
    const { unread } = this.#writer;
    if (unread > SSE_MAX_UNREAD && !this.isListening) return;
    if (unread > SSE_TOO_FAR) return this.#giveUp();
    this.#writer.write(sseEvent(message));
  }

  /**
   * Serves the text of a POST and sends the reply. Notifications are accepted and, since this
   * revision gives them no meaning over HTTP, dropped (T27).
   */
  async serve(text: string, dispatcher: Dispatcher): Promise<void> {
    this.finish(await this.#dispatch(text, dispatcher));
  }

  /** Opens the stream after `ms`, unless the reply has been sent by then. */
  openStreamAfter(ms: number): void {
    if (!this.streams || this.#isOver || this.#isStream) return;
    this.#opening = setTimeout(() => {
      this.#openStream();
      // Some platforms send the head with the first data.
      this.#writer.write(SSE_COMMENT);
    }, ms);
  }

  finish({ status, body, headers }: Reply): void {
    if (this.#isOver) return;
    // An error is sent as JSON, since a stream could not have its status (EN-6 to EN-10).
    if (!this.#json && status === 200) this.#openStream();
    this.#close();
    if (this.#isStream) this.#writer.end(sseEvent(body));
    else this.#writer.send(status, body, headers);
  }

  reject(rejection: Rejection): void {
    if (this.#isOver) return;
    this.#close();
    this.#writer.reject(rejection);
  }

  /** An error inside the server. The client gets an internal error, if nothing was sent yet. */
  fail(): void {
    if (this.#isOver || this.#isStream) this.#giveUp('the server failed');
    else this.reject(rejectWith(500, internalError()));
  }

  /** The client has disconnected, or the server shuts down: cancels the request (HS-14). */
  cancel(reason: string): void {
    this.#close();
    this.inFlight.cancel(reason);
  }

  /** Serving has ended: the slot is free again. */
  release(): void {
    this.#slot.release();
  }

  #dispatch(text: string, dispatcher: Dispatcher): Reply | Promise<Reply> {
    const incoming = parseIncoming(text);
    if (incoming.type === 'invalid') return errorReply(incoming.id, incoming.error);
    if (incoming.type === 'notification') return ACCEPTED;
    if (incoming.request.method === Method.listen) this.#startListening();
    return dispatcher.dispatch(incoming.request, this);
  }

  #close(): void {
    clearInterval(this.#comments);
    clearTimeout(this.#opening);
    this.#isOver = true;
  }

  #giveUp(reason = 'the client does not read its stream'): void {
    this.cancel(reason);
    this.#writer.abort();
  }

  #openStream(): void {
    if (this.#isStream) return;
    this.#isStream = true;
    clearTimeout(this.#opening);
    this.#writer.openStream();
    this.#comments = setInterval(() => this.#tick(), SSE_COMMENT_INTERVAL);
  }

  /**
   * A client that is behind at two ticks in a row is given up: reading a large message takes time.
   */
  #tick(): void {
    const isBehind = this.#writer.unread > SSE_MAX_UNREAD;
    if (isBehind && this.#wasBehind) return this.#giveUp();
    if (!isBehind) this.#writer.write(SSE_COMMENT);
    this.#wasBehind = isBehind;
  }
}
