import type { ResponseWriter } from '../response-writer.ts';
import { SSE_COMMENT, SSE_COMMENT_INTERVAL, SSE_MAX_UNREAD, SSE_TOO_FAR } from '../sse.ts';

/** An open event stream. It is kept alive, and given up if the client does not read it. */
export class EventStream {
  readonly #writer: ResponseWriter;
  readonly #onGivenUp: () => void;
  readonly #comments: ReturnType<typeof setInterval>;
  #wasBehind = false;

  /**
   * Sends the head of the stream.
   *
   * @param onGivenUp called when the client is so far behind that the stream cannot go on
   */
  constructor(writer: ResponseWriter, onGivenUp: () => void) {
    this.#writer = writer;
    this.#onGivenUp = onGivenUp;
    writer.openStream();
    this.#comments = setInterval(() => this.#tick(), SSE_COMMENT_INTERVAL);
  }

  /** Whether so much is unread that what can be left out should be. */
  get isBehind(): boolean {
    return this.#writer.unread > SSE_MAX_UNREAD;
  }

  write(text: string): void {
    if (this.#writer.unread > SSE_TOO_FAR) this.#onGivenUp();
    else this.#writer.write(text);
  }

  /** Some platforms send the head with the first data. */
  comment(): void {
    this.#writer.write(SSE_COMMENT);
  }

  /** Nothing more is sent, but by the writer itself. */
  close(): void {
    clearInterval(this.#comments);
  }

  /**
   * A client that is behind at two ticks in a row is given up: reading a large message takes time.
   */
  #tick(): void {
    const { isBehind } = this;
    if (isBehind && this.#wasBehind) return this.#onGivenUp();
    if (!isBehind) this.comment();
    this.#wasBehind = isBehind;
  }
}
