import { Recent } from '../../base/recent.ts';
import type { OldConnection } from '../../protocol/legacy-port.ts';
import type { Cursor } from './event-ids.ts';

/** A stream that a client can come back to. */
export interface ResumableStream {
  readonly id: string;
  /** The digest of its session. */
  readonly session: string;
  readonly isOver: boolean;
  /** Whether its call runs, or has gone on from an event with this number. */
  isBeyond(event: number): boolean;
  /** Its session has ended: nobody comes back to it. A call that runs goes on to its end. */
  sessionEnded(): void;
  /**
   * The client has come back: it gets what it has not got yet, and what is still to come; `false` if
   * that is nothing, because the call waits for it elsewhere.
   */
  attach(connection: OldConnection, cursor: Cursor): boolean;
  /** The server closes. */
  close(): void;
  /** @returns how many bytes they had */
  dropEvents(): number;
}

/** How many bytes of events are kept for clients that may come back, over all streams. */
const MOST_BYTES = 64 * 1_048_576;

/** How many are left when there were too many: to look through all streams pays for many events. */
const BYTES_LEFT = 48 * 1_048_576;

/** How many streams that have ended are remembered at least, so that nobody continues their calls. */
const MOST_ENDED = 10_000;

/** The streams of an instance that clients can come back to (L13). */
export class CallStreams {
  readonly #streams = new Map<string, ResumableStream>();
  readonly #ended = new Recent<string>(MOST_ENDED);
  /** Those that keep events. */
  readonly #keeping = new Set<ResumableStream>();
  #bytes = 0;

  add(stream: ResumableStream): void {
    this.#streams.set(stream.id, stream);
  }

  /** The stream with this id, of this session. */
  find(id: string, session: string): ResumableStream | undefined {
    const stream = this.#streams.get(id);
    return stream?.session === session ? stream : undefined;
  }

  /** Whether its call runs here, has gone on from an event with this number, or has ended. */
  isBeyond(id: string, event: number): boolean {
    return this.#ended.has(id) || this.#streams.get(id)?.isBeyond(event) === true;
  }

  /** Whether a stream has ended here: nothing more will come. */
  hasEnded(id: string): boolean {
    return this.#ended.has(id);
  }

  /** The call has ended. */
  ended(id: string): void {
    this.#ended.add(id);
  }

  forget(stream: ResumableStream): void {
    if (this.#streams.get(stream.id) === stream) this.#streams.delete(stream.id);
    this.#dropEventsOf(stream);
  }

  sessionEnded(session: string): void {
    for (const stream of this.#streams.values()) {
      if (stream.session === session) stream.sessionEnded();
    }
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.close();
  }

  /** A stream keeps so many bytes more, or less. Those of streams that have ended go first. */
  keeps(stream: ResumableStream, bytes: number): void {
    this.#bytes += bytes;
    this.#keeping.add(stream);
    if (this.#bytes <= MOST_BYTES) return;
    const streams = [...this.#keeping];
    for (const each of [...streams.filter(({ isOver }) => isOver), ...streams]) {
      this.#dropEventsOf(each);
      if (this.#bytes <= BYTES_LEFT) return;
    }
  }

  #dropEventsOf(stream: ResumableStream): void {
    this.#bytes -= stream.dropEvents();
    this.#keeping.delete(stream);
  }
}
