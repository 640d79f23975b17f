/** The response to a POST, as far as the client needs it. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  /** The body. Leaving the iteration early closes the connection. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Closes the connection without reading the body. */
  discard(): void;
}

/** Sends a POST. Rejects if there is no response; a redirect is a response. */
export type Post = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
) => Promise<HttpResponse>;

/** POSTs with `fetch`, or a function like it. */
export function fetchPost(fetch: typeof globalThis.fetch): Post {
  return async (url, headers, body, signal) => {
    const init = { method: 'POST', headers, body, signal, redirect: 'manual' } as const;
    return new FetchHttpResponse(await fetch(url, init));
  };
}

class FetchHttpResponse implements HttpResponse {
  readonly #response: Response;

  constructor(response: Response) {
    this.#response = response;
  }

  get status(): number {
    return this.#response.status;
  }

  get statusText(): string {
    return this.#response.statusText;
  }

  get headers(): Headers {
    return this.#response.headers;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const reader = this.#response.body?.getReader();
    try {
      for (;;) {
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) return;
        yield chunk.value;
      }
    } finally {
      reader?.cancel().catch(() => {});
    }
  }

  discard(): void {
    const { body } = this.#response;
    if (body?.locked === false) body.cancel().catch(() => {});
  }
}
