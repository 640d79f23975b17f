import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { RequestHead } from '../policy.ts';
import { requestTarget } from './request-target.ts';

/** The head of a request of `node:http`, with the interface of a web `Request`. */
export class NodeHead implements RequestHead {
  readonly method: string;
  /** The path and the query. */
  readonly url: string;
  readonly headers: NodeHeaders;

  constructor(request: IncomingMessage) {
    const { method = '', url = '', headers } = request;
    this.method = method;
    if (url.startsWith('/')) {
      this.url = url;
      this.headers = new NodeHeaders(headers, request);
    } else {
      const { path, host } = requestTarget(url);
      this.url = path;
      this.headers = new NodeHeaders(host === undefined ? headers : { ...headers, host }, request);
    }
  }

  /** From now on it has no Authorization header: what verifies tokens keeps them (A10). */
  hideCredentials(): void {
    this.headers.hideCredentials();
  }
}

const AUTHORIZATION = 'authorization';

class NodeHeaders {
  readonly #headers: IncomingHttpHeaders;
  /** `undefined` once its credentials are not shown any more. */
  #request: Pick<IncomingMessage, 'headersDistinct'> | undefined;

  constructor(headers: IncomingHttpHeaders, request: Pick<IncomingMessage, 'headersDistinct'>) {
    this.#headers = headers;
    this.#request = request;
  }

  /** Several values are joined as `Headers` does, also those of which Node has kept only the first. */
  get(name: string): string | null {
    if (name.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION) {
      return this.#credentials();
    }
    const value = this.#headers[name] ?? this.#headers[name.toLowerCase()];
    if (value === undefined) return null;
    return typeof value === 'string' ? value : value.join(', ');
  }

  hideCredentials(): void {
    this.#request = undefined;
  }

  /** `headersDistinct` is a second object with all headers: Node makes it when it is looked at. */
  #credentials(): string | null {
    if (this.#headers[AUTHORIZATION] === undefined) return null;
    return this.#request?.headersDistinct[AUTHORIZATION]?.join(', ') ?? null;
  }
}
