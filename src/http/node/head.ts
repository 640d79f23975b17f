import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { RequestHead } from '../policy.ts';
import { requestTarget } from './request-target.ts';

/** The head of a request of `node:http`, with the interface of a web `Request`. */
export class NodeHead implements RequestHead {
  readonly method: string;
  /** The path and the query. */
  readonly url: string;
  readonly headers: NodeHeaders;

  constructor({ method = '', url = '', headers }: IncomingMessage) {
    this.method = method;
    if (url.startsWith('/')) {
      this.url = url;
      this.headers = new NodeHeaders(headers);
    } else {
      const { path, host } = requestTarget(url);
      this.url = path;
      this.headers = new NodeHeaders(host === undefined ? headers : { ...headers, host });
    }
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
