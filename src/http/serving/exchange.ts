import type { AfterReply } from '../../protocol/after-reply.ts';
import type { Dispatcher, Exchange, Reply } from '../../protocol/dispatcher.ts';
import { Method } from '../../protocol/names/methods.ts';
import { isOld } from '../../protocol/legacy-port.ts';
import { type Incoming, parseIncoming } from '../../protocol/parse.ts';
import type { Principal } from '../../protocol/principal.ts';
import { errorReply } from '../../protocol/reply.ts';
import { internalError } from '../../protocol/rpc-error.ts';
import { InFlight } from '../../protocol/in-flight.ts';
import type { Slot } from '../concurrency-limit.ts';
import type { RequestHead } from '../policy.ts';
import { type ResponseFormats, type Rejection, onlyPost, rejectWith } from '../check-head.ts';
import type { Identity } from '../identify.ts';
import { CredentialWatch } from './credential-watch.ts';
import { OldHttpConnection } from './old-connection.ts';
import { serveOld, serveOldWithoutBody } from './old-requests.ts';
import type { ResponseWriter } from '../response-writer.ts';
import { EventStream } from './event-stream.ts';
import { LateStream } from './late-stream.ts';
import { sseEvent } from '../sse.ts';

/** The response to an accepted notification: an empty one (HS-5). */
const ACCEPTED: Reply = { status: 202, body: '' };

/**
 * One request and its response, on any platform. Decides between JSON and an event stream, and
 * deals with clients that disconnect or do not read.
 */
export class HttpExchange implements Exchange {
  /** What handlers see of the request. */
  request: RequestHead;
  readonly headers: RequestHead['headers'];
  readonly transport = 'tcp';
  readonly streams: boolean;
  readonly inFlight: InFlight = new InFlight();
  principal: Principal | undefined;
  afterReply: AfterReply | undefined;
  /** Asks whether the caller's credentials still hold. */
  recheck: Identity['recheck'];
  /** Whether it is a listen stream. */
  isListening = false;
  /** Whether the client takes a reply as JSON. */
  readonly json: boolean;
  readonly #writer: ResponseWriter;
  readonly #slot: Slot;
  #isOver = false;
  #stream: EventStream | undefined;
  #late: LateStream | undefined;
  #old: OldHttpConnection | undefined;
  #credentials: CredentialWatch | undefined;

  constructor(request: RequestHead, accepted: ResponseFormats, writer: ResponseWriter, slot: Slot) {
    this.request = request;
    this.headers = request.headers;
    this.streams = accepted.stream;
    this.json = accepted.json;
    this.#writer = writer;
    this.#slot = slot;
  }

  /** Whether it is of an old client. */
  get isOld(): boolean {
    return this.#old !== undefined;
  }

  /**
   * A listen stream stays open for hours but needs almost no CPU: it gives its slot back and does
   * not count against `maxConcurrentRequests`. It ends with the credentials of its caller.
   */
  #startListening(): void {
    this.isListening = true;
    this.#slot.release();
    if (this.principal === undefined || this.#isOver) return;
    this.#credentials = new CredentialWatch(this.principal, this.recheck, () =>
      this.inFlight.conclude(),
    );
  }

  /**
   * Progress and logs are dropped while the client is behind, to bound what is buffered for it. The
   * notifications of a listen stream are never dropped: if the client is too far behind, its stream
   * is closed, and it must listen again.
   */
  notify(message: string): void {
    if (this.#isOver) return;
    const stream = this.#openStream();
    if (!stream.isBehind || this.isListening) stream.write(sseEvent(message));
  }

  /**
   * Serves the text of a POST. Notifications are accepted and, since this revision gives them no
   * meaning over HTTP, dropped (T27).
   *
   * @returns the reply, to {@link finish} with; `undefined` for an old client: its session sends all
   */
  serve(text: string, dispatcher: Dispatcher): Reply | Promise<Reply | void> {
    const incoming = parseIncoming(text);
    const { legacy } = dispatcher;
    if (legacy !== undefined && isOld(incoming, this.headers)) {
      return this.#withSlot(serveOld(incoming, this.#toOld(), legacy));
    }
    return this.#dispatch(incoming, dispatcher);
  }

  /** Serves a GET or DELETE, which only old clients send. */
  async serveWithoutBody({ legacy }: Dispatcher): Promise<void> {
    if (legacy === undefined) return this.reject(onlyPost());
    return this.#withSlot(serveOldWithoutBody(this.#toOld(), legacy));
  }

  /** Opens the stream after `ms`, unless the reply has been sent by then. */
  openStreamAfter(ms: number): void {
    if (!this.streams || this.#isOver || this.#stream !== undefined) return;
    if (this.#old !== undefined) return this.#old.openStreamAfter(ms);
    this.#lateStream.after(ms);
  }

  holdStream(decision: Promise<unknown>): void {
    if (this.streams && !this.#isOver) this.#lateStream.hold(decision);
  }

  /** @param reply what {@link serve} returned */
  finish(reply: Reply | void): void {
    if (this.#isOver || reply === undefined) return;
    const { status, body, headers } = reply;
    // An error is sent as JSON, since a stream could not have its status (EN-6 to EN-10).
    if (!this.json && status === 200) this.#openStream();
    this.#close();
    if (this.#stream !== undefined) this.#writer.end(sseEvent(body));
    else this.#writer.send(status, body, headers);
  }

  reject(rejection: Rejection): void {
    if (this.#isOver) return;
    this.#close();
    this.#writer.reject(rejection);
  }

  /** An error inside the server. The client gets an internal error, if nothing was sent yet. */
  fail(): void {
    if (this.#isOver || this.#stream !== undefined) this.#giveUp('the server failed');
    else this.reject(rejectWith(500, internalError()));
  }

  /** The client has disconnected, or the server shuts down: cancels the request (HS-14). */
  cancel(reason: string): void {
    this.#close();
    this.#old?.close();
    this.inFlight.cancel(reason);
  }

  /** Serving has ended: the slot is free again. Old rounds may outlast their connection. */
  release(): void {
    if (this.#old === undefined) this.#slot.release();
  }

  async #withSlot(served: Promise<void>): Promise<void> {
    await served.finally(() => this.#slot.release());
  }

  #dispatch(incoming: Incoming, dispatcher: Dispatcher): Reply | Promise<Reply> {
    if (incoming.type === 'notification') return ACCEPTED;
    if (incoming.type !== 'request') return errorReply(incoming.id, incoming.error);
    if (incoming.request.method === Method.listen) this.#startListening();
    return dispatcher.dispatch(incoming.request, this);
  }

  /** From here on, another object has the response: the client is an old one. */
  #toOld(): OldHttpConnection {
    return (this.#old = new OldHttpConnection(this, this.#writer, this.#slot));
  }

  #close(): void {
    this.#stream?.close();
    this.#credentials?.stop();
    this.#late?.stop();
    this.#isOver = true;
  }

  #giveUp(reason = 'the client does not read its stream'): void {
    this.cancel(reason);
    this.#writer.abort();
  }

  get #lateStream(): LateStream {
    return (this.#late ??= new LateStream(() => this.#openStream().comment()));
  }

  #openStream(): EventStream {
    if (this.#stream !== undefined) return this.#stream;
    this.#late?.stop();
    return (this.#stream = new EventStream(this.#writer, () => this.#giveUp()));
  }
}
