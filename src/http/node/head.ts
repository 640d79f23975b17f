import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { RequestHead } from '../policy.ts';

/** The head of a request of `node:http`, with the interface of a web `Request`. */
export class NodeHead implements RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: NodeHeaders;

  constructor(request: IncomingMessage) {
    this.method = request.method ?? '';
    this.url = request.url ?? '';
    this.headers = new NodeHeaders(request.headers);
  }
}

class NodeHeaders {
  readonly #headers: IncomingHttpHeaders;

  constructor(headers: IncomingHttpHeaders) {
    this.#headers = headers;
  }

  get(name: string): string | null {
    const value = this.#headers[name] ?? this.#headers[name.toLowerCase()];
    if (value === undefined) return null;
    return typeof value === 'string' ? value : value.join(', ');
  }
}
