/** A request, as far as the client needs it. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a POST. */
  readonly body?: string;
}

/** The response, as far as the client needs it. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  /** The address that was connected to; absent if it is not known. */
  readonly address?: string | undefined;
  /** The body. Leaving the iteration early closes the connection. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Closes the connection without reading the body. */
  discard(): void;
}

/** Sends a request. Rejects if there is no response; a redirect is a response. */
export type Send = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>;

/** Sends with `fetch`, or a function like it. */
export function fetchSend(fetch: typeof globalThis.fetch): Send {
  return async ({ url, ...request }, signal) => {
    const init = { ...request, signal, redirect: 'manual' } as const;
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
