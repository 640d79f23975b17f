/**
 * The stream of one call, which outlasts its connection (L13): the client comes back with the id of
 * the last event that it has, and gets the rest.
 */
import type { OldConnection, OldEvent, OldReply } from '../../protocol/legacy-port.ts';
import { type CallOutput, type OutputOwner, PATIENCE } from './call-output.ts';
import type { CallStreams, ResumableStream } from './call-streams.ts';
import { LOST, callFailure } from '../translation/old-failure.ts';
import { type CallId, type Continuation, type Cursor, EventIds } from './event-ids.ts';

/** How much of a stream is kept, in events and bytes. */
const MOST_EVENTS = 256;
const MOST_BYTES = 1_048_576;

/** How long a stream is kept after its end, in ms. */
const KEPT_FOR = 60_000;

/**
 * When clients come back, in ms. They try twice: twice this is the longest outage that a call
 * survives.
 */
const RETRY = 5_000;

/** How long a client that has come back waits for a person before it has to come back again, in ms. */
const VISIT = 25_000;

interface KeptEvents {
  /** The number of the last of them. */
  readonly number: number;
  readonly events: readonly OldEvent[];
  readonly bytes: number;
}

export interface CallStreamOptions {
  readonly call: CallId;
  /** The digest of the session. */
  readonly session: string;
  readonly ids: EventIds;
  readonly streams: CallStreams;
  readonly owner: OutputOwner;
  /** Runs `fn` at the end of this turn of the event loop. */
  readonly atEndOfTurn: (fn: () => void) => void;
  /** For a call that began at another instance. */
  readonly cursor?: Cursor | undefined;
}

export class CallStream implements CallOutput, ResumableStream {
  readonly session: string;
  readonly #options: Omit<CallStreamOptions, 'owner'>;
  /** Until the call is over here: it holds the request, which can be large. */
  #owner: OutputOwner | undefined;
  #connection: OldConnection | undefined;
  #token: string | undefined;
  #number: number;
  #isContinued: boolean;
  #isAsking: boolean;
  #isOver = false;
  /** Whether the client has come back to it. */
  #isVisited = false;
  #isKept = true;
  #isFound = false;
  /** The number of the newest event that is not kept any more. */
  #dropped = -1;
  #kept: KeptEvents[] = [];
  #keptBytes = 0;
  /** What goes out at the end of this turn of the event loop at the latest. */
  #held: OldEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: OldConnection, options: CallStreamOptions) {
    const { owner, ...rest } = options;
    const { session, cursor } = rest;
    this.session = session;
    this.#options = rest;
    this.#owner = owner;
    this.#token = cursor?.token;
    this.#number = cursor?.event ?? 0;
    this.#isContinued = cursor !== undefined;
    this.#isAsking = cursor !== undefined;
    if (cursor === undefined) {
      this.#hold(connection);
    } else {
      this.#enter();
      this.#welcome(connection, cursor);
    }
  }

  get id(): string {
    return this.#options.call.stream;
  }

  get isContinued(): boolean {
    return this.#isContinued;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The number of the last event. */
  get position(): number {
    return this.#number;
  }

  isBeyond(event: number): boolean {
    const isRunning = this.#owner !== undefined && !this.#isAsking;
    return isRunning || this.#number > event;
  }

  attach(connection: OldConnection, cursor: Cursor): boolean {
    if (this.#owner === undefined && !this.#isOver && cursor.event >= this.#number) return false;
    if (cursor.event < this.#dropped) this.#sayLost(connection);
    else this.#welcome(connection, cursor);
    return true;
  }

  /** The client gets what it has not got yet. */
  #welcome(connection: OldConnection, { token, event }: Cursor): void {
    this.#connection?.end();
    this.#held = [];
    if (this.#owner !== undefined) this.#hold(connection);
    const missed = this.#kept.filter(({ number }) => number > event);
    const here = { id: EventIds.at(token, event), retry: RETRY };
    connection.send(here, ...missed.flatMap(({ events }) => events));
    this.#isVisited = true;
    if (this.#owner === undefined) connection.end();
    else this.#visit();
  }

  /** What the client has not got is not kept any more. */
  #sayLost(connection: OldConnection): void {
    const { requestId, method } = this.#options.call;
    connection.send({ message: callFailure(requestId, method, LOST).body });
    connection.end();
  }

  notify(message: string): void {
    this.#send([{ message, id: this.#next() }]);
  }

  ask(questions: readonly string[], continuation: Continuation): void {
    const events = questions.map((message): OldEvent => ({ message }));
    this.#goOn(continuation);
    const last = { ...events.pop(), id: this.#next() };
    this.#send([...events, last]);
    if (this.#connection === undefined) this.#waitForClient();
    else this.#visit();
  }

  remind(message: string): void {
    this.#sendHeld();
    this.#connection?.send({ message });
  }

  /** Most handlers only return after their last answer: the reply is in the same turn, and one write. */
  goOn(continuation: Continuation): void {
    this.#goOn(continuation);
    this.#add([{ id: this.#next() }]);
    this.#options.atEndOfTurn(() => this.#sendHeld());
    this.#visit();
  }

  flush(): void {
    this.#sendHeld();
    this.#connection?.flush?.();
  }

  #sendHeld(): void {
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    this.#connection?.send(...held);
  }

  finish(reply: OldReply): void {
    this.#isAsking = false;
    this.#isOver = true;
    const id = this.#number === 0 ? undefined : this.#next();
    if (id !== undefined) this.#keep([{ message: reply.body, id }]);
    this.#sendHeld();
    this.#connection?.finish(reply, id);
    if (id === undefined) {
      this.#letGo();
      return this.#forget();
    }
    this.#options.streams.ended(this.id);
    this.#keepForAWhile();
  }

  /** The client may have less than was sent: its events stay for a while. */
  leave(): void {
    this.#keepForAWhile();
  }

  cancel(): void {
    this.#isOver = true;
    if (this.#isFound) this.#options.streams.ended(this.id);
    this.#letGo();
    this.#forget();
  }

  /** @returns how many bytes they had */
  dropEvents(): number {
    const bytes = this.#keptBytes;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#dropped = this.#number;
    return bytes;
  }

  #goOn(continuation: Continuation): void {
    const token = this.#options.ids.ofContinuation(continuation, this.session);
    this.#isContinued = token !== undefined;
    this.#token = token ?? this.#ofCall();
    this.#isAsking = continuation.open.length > 0;
    clearTimeout(this.#timer);
  }

  /** Until the client can come back to it, or has gone, nobody needs to find it. */
  #enter(): void {
    if (this.#isFound) return;
    this.#isFound = true;
    this.#options.streams.add(this);
  }

  /** The id of the next event. */
  #next(): string {
    this.#enter();
    this.#token ??= this.#ofCall();
    return EventIds.at(this.#token, ++this.#number);
  }

  #ofCall(): string {
    return this.#options.ids.ofCall(this.#options.call, this.session);
  }

  #send(events: readonly OldEvent[]): void {
    this.#add(events);
    this.#sendHeld();
  }

  #add(events: readonly OldEvent[]): void {
    if (this.#number === 1) this.#held.push({ id: EventIds.at(this.#token!, 0), retry: RETRY });
    this.#held.push(...events);
    // Before they are sent, because a client that does not read is given up at once.
    this.#keep(events);
  }

  #keep(events: readonly OldEvent[]): void {
    const bytes = events.reduce(
      (sum, { id = '', message = '' }) => sum + id.length + message.length,
      0,
    );
    this.#kept.push({ number: this.#number, events, bytes });
    this.#keptBytes += bytes;
    let dropped = 0;
    while (this.#isTooLarge()) {
      const oldest = this.#kept.shift()!;
      this.#dropped = oldest.number;
      this.#keptBytes -= oldest.bytes;
      dropped += oldest.bytes;
    }
    this.#options.streams.keeps(this, bytes - dropped);
  }

  /** The newest is kept, however large: it may be the reply. */
  #isTooLarge(): boolean {
    const isTooLarge = this.#kept.length > MOST_EVENTS || this.#keptBytes > MOST_BYTES;
    return isTooLarge && this.#kept.length > 1;
  }

  #hold(connection: OldConnection): void {
    clearTimeout(this.#timer);
    this.#connection = connection;
    connection.inFlight.start({
      cancel: () => this.#lost(connection),
      conclude: () => this.#owner?.closing(),
    });
  }

  /** A client that has the continuation goes on with it, here or elsewhere. */
  #lost(connection: OldConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#enter();
    if (!this.#isAsking || this.#isOver) return;
    if (this.#isContinued) this.#owner?.left();
    else this.#waitForClient();
  }

  #waitForClient(): void {
    this.#leaveAfter(PATIENCE);
  }

  /** A client that has come back does so again through the balancer, to where its answers go now. */
  #visit(): void {
    if (!this.#isVisited || !this.#isAsking || !this.#isContinued) return;
    this.#leaveAfter(VISIT);
  }

  /** A client that does not read is given up as it is asked: then the stream is on its way out already. */
  #leaveAfter(ms: number): void {
    if (this.#owner !== undefined) this.#after(ms, () => this.#owner?.left());
  }

  sessionEnded(): void {
    this.#isKept = false;
    if (this.#owner === undefined) this.#forget();
  }

  #keepForAWhile(): void {
    this.#letGo();
    if (!this.#isKept) return this.#forget();
    this.#after(KEPT_FOR, () => this.#forget());
  }

  /** Ends the connection. What is kept stays. */
  #letGo(): void {
    clearTimeout(this.#timer);
    this.#sendHeld();
    const connection = this.#connection;
    this.#owner = undefined;
    this.#connection = undefined;
    connection?.inFlight.done();
    connection?.end();
  }

  #forget(): void {
    this.#owner = undefined;
    clearTimeout(this.#timer);
    if (this.#isFound) this.#options.streams.forget(this);
  }

  /** The server closes: calls without a connection hear of it here. */
  close(): void {
    this.#owner?.closing();
  }

  /** Does not keep the process alive. */
  #after(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
    this.#timer.unref?.();
  }
}
