import { type Rejection, toResponse } from '../check-head.ts';
import type { ResponseWriter } from '../response-writer.ts';
import { SSE_HEADERS, SSE_MAX_UNREAD } from '../sse.ts';

/** The status that proxies log for a request whose client has disconnected. */
const CLIENT_GONE = 499;

/** Builds a web `Response`. */
export class FetchResponseWriter implements ResponseWriter {
  readonly canWait = false;
  readonly response: Promise<Response>;
  readonly #cors: Readonly<Record<string, string>>;
  readonly #onGone: () => void;
  readonly #encoder = new TextEncoder();
  #respond!: (response: Response) => void;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;

  /** @param onGone called when the client closes the stream */
  constructor(cors: Readonly<Record<string, string>>, onGone: () => void) {
    this.#cors = cors;
    this.#onGone = onGone;
    this.response = new Promise((resolve) => (this.#respond = resolve));
  }

  get unread(): number {
    return SSE_MAX_UNREAD - (this.#stream?.desiredSize ?? SSE_MAX_UNREAD);
  }

  send(status: number, body: string, own?: Readonly<Record<string, string>>): void {
    const headers = new Headers({ ...this.#cors, ...own });
    if (body !== '') headers.set('Content-Type', 'application/json');
    this.#respond(new Response(body === '' ? null : body, { status, headers }));
  }

  reject(rejection: Rejection): void {
    this.#respond(toResponse(rejection, this.#cors));
  }

  openStream(): void {
    const body = new ReadableStream<Uint8Array>(
      { start: (controller) => void (this.#stream = controller), cancel: this.#onGone },
      new ByteLengthQueuingStrategy({ highWaterMark: SSE_MAX_UNREAD }),
    );
    this.#respond(new Response(body, { headers: { ...SSE_HEADERS, ...this.#cors } }));
  }

  write(text: string): void {
    tryTo(() => this.#stream?.enqueue(this.#encoder.encode(text)));
  }

  end(text: string): void {
    this.write(text);
    tryTo(() => this.#stream?.close());
  }

  abort(): void {
    this.#respond(new Response(null, { status: 500 }));
    tryTo(() => this.#stream?.error(new Error('The client does not read its stream')));
  }

  /**
   * The client has disconnected. Resolve the Response anyway: the platform's fetch handler waits
   * for it.
   */
  clientGone(): void {
    this.#respond(new Response(null, { status: CLIENT_GONE }));
    tryTo(() => this.#stream?.close());
  }
}

function tryTo(action: () => void): void {
  try {
    action();
  } catch {
    // The client has closed the stream in the meantime.
  }
}
