import type { AfterReply } from '../../protocol/after-reply.ts';
import type { OldConnection, OldEvent, OldReply } from '../../protocol/legacy-port.ts';
import type { Principal } from '../../protocol/principal.ts';
import type { InFlight } from '../../protocol/in-flight.ts';
import type { Slot } from '../concurrency-limit.ts';
import type { Identity } from '../identify.ts';
import { CredentialWatch } from './credential-watch.ts';
import { EventStream } from './event-stream.ts';
import { LateStream } from './late-stream.ts';
import type { RequestHead } from '../policy.ts';
import type { ResponseWriter } from '../response-writer.ts';
import { oldSseEvent, sseEvent } from '../sse.ts';

/** What is known of a request before it turns out to be an old client's. */
interface Taken {
  readonly request: RequestHead;
  readonly principal: Principal | undefined;
  readonly afterReply: AfterReply | undefined;
  readonly streams: boolean;
  readonly json: boolean;
  readonly inFlight: InFlight;
  readonly recheck: Identity['recheck'];
}

/** One HTTP request of an old client, and its response: JSON, or a stream once a message is sent. */
export class OldHttpConnection implements OldConnection {
  readonly request: RequestHead;
  readonly principal: Principal | undefined;
  readonly afterReply: AfterReply | undefined;
  readonly streams: boolean;
  readonly asks: boolean;
  readonly isPipe = false;
  readonly resumes = true;
  readonly inFlight: InFlight;
  readonly #json: boolean;
  readonly #writer: ResponseWriter;
  readonly slot: Slot;
  readonly #recheck: Identity['recheck'];
  #stream: EventStream | undefined;
  #credentials: CredentialWatch | undefined;
  #late: LateStream | undefined;
  #isOver = false;

  constructor(taken: Taken, writer: ResponseWriter, slot: Slot) {
    this.request = taken.request;
    this.principal = taken.principal;
    this.afterReply = taken.afterReply;
    this.streams = taken.streams;
    this.asks = writer.canWait;
    this.inFlight = taken.inFlight;
    this.#recheck = taken.recheck;
    this.#json = taken.json;
    this.#writer = writer;
    this.slot = slot;
  }

  /** It stays open for hours: it needs no slot, and ends with the credentials of its caller. */
  startListening(): void {
    this.slot.release();
    if (this.principal === undefined || this.#isOver) return;
    this.#credentials = new CredentialWatch(this.principal, this.#recheck, () =>
      this.inFlight.conclude(),
    );
  }

  notify(message: string): void {
    if (this.#isOver) return;
    const stream = this.#openStream();
    if (!stream.isBehind) stream.write(sseEvent(message));
  }

  send(...events: readonly OldEvent[]): void {
    if (!this.#isOver) this.#openStream().write(events.map(oldSseEvent).join(''));
  }

  flush(): void {
    this.#writer.flush?.();
  }

  comment(): void {
    if (!this.#isOver) this.#openStream().comment();
  }

  finish({ status, body, headers }: OldReply, id?: string): void {
    if (this.#isOver) return;
    if (!this.#json && status === 200 && body !== '') this.#openStream();
    this.close();
    if (this.#stream !== undefined) {
      this.#writer.end(body === '' ? '' : oldSseEvent({ message: body, id }));
    } else this.#writer.send(status, body, headers);
  }

  end(): void {
    if (this.#isOver) return;
    if (!this.streams) return this.finish({ status: 202, body: '' });
    this.#openStream();
    this.close();
    this.#writer.end('');
  }

  /** Opens the stream after `ms`, unless the reply has been sent by then. */
  openStreamAfter(ms: number): void {
    if (!this.streams || this.#isOver || this.#stream !== undefined) return;
    this.#lateStream.after(ms);
  }

  holdStream(decision: Promise<unknown>): void {
    if (this.streams && !this.#isOver) this.#lateStream.hold(decision);
  }

  /** Nothing is sent from now on. */
  close(): void {
    this.#isOver = true;
    this.#stream?.close();
    this.#credentials?.stop();
    this.#late?.stop();
  }

  get #lateStream(): LateStream {
    return (this.#late ??= new LateStream(() => this.comment()));
  }

  #openStream(): EventStream {
    if (this.#stream !== undefined) return this.#stream;
    this.#late?.stop();
    return (this.#stream = new EventStream(this.#writer, () => this.#giveUp()));
  }

  /** The client does not read. */
  #giveUp(): void {
    this.close();
    this.#writer.abort();
    this.inFlight.cancel('the client does not read its stream');
  }
}
