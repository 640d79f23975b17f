/** Sends with `node:http`: on Node, `fetch` costs five times as much. */
import type * as nodeHttp from 'node:http';
import type * as nodeHttps from 'node:https';
import type { Transform } from 'node:stream';
import type * as nodeZlib from 'node:zlib';
import { proxyOptions } from '../../base/environment-proxies.ts';
import type { HttpResponse, Send } from './send.ts';

/** Sends requests, and keeps connections open for the next one. */
export class NodeSender {
  readonly #http: typeof nodeHttp | typeof nodeHttps;
  readonly #agent: nodeHttp.Agent;
  readonly #isProxied: boolean;

  /** @returns `undefined` on runtimes other than Node */
  static for(url: URL): NodeSender | undefined {
    const versions: object = globalThis.process?.versions ?? {};
    if (!('node' in versions) || 'bun' in versions || 'deno' in versions) return undefined;
    const name = url.protocol === 'https:' ? 'node:https' : 'node:http';
    const http = process.getBuiltinModule?.(name) as typeof nodeHttp | undefined;
    return http && new NodeSender(http);
  }

  private constructor(http: typeof nodeHttp | typeof nodeHttps) {
    this.#http = http;
    const proxies = proxyOptions(http);
    this.#isProxied = proxies.proxyEnv !== undefined;
    this.#agent = new http.Agent({ keepAlive: true, ...proxies });
  }

  readonly send: Send = ({ method, url, headers, body }, signal) => {
    return new Promise((resolve, reject) => {
      const request = this.#http.request(url, {
        method,
        agent: this.#agent,
        headers: {
          'Accept-Encoding': 'gzip, br',
          ...headers,
          ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
        },
        signal,
      });
      // Errors after the head of the response are emitted by the response.
      request.on('error', (error) => reject(signal.aborted ? (signal.reason as Error) : error));
      request.on('response', (response) => {
        // Where a proxy is says nothing of where the server is.
        const address = this.#isProxied ? undefined : response.socket?.remoteAddress;
        resolve(new NodeHttpResponse(response, signal, address));
      });
      request.on('continue', () => request.destroy(new Error('it answered 100, unasked')));
      request.on('upgrade', (_response, socket) => {
        socket.destroy();
        reject(new Error('it switched protocols, unasked'));
      });
      request.end(body);
    });
  };

  close(): void {
    this.#agent.destroy();
  }
}

class NodeHttpResponse implements HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HttpResponse['headers'];
  readonly address: string | undefined;
  readonly #response: nodeHttp.IncomingMessage;
  readonly #signal: AbortSignal;

  constructor(response: nodeHttp.IncomingMessage, signal: AbortSignal, address?: string) {
    this.status = response.statusCode!;
    this.statusText = response.statusMessage ?? '';
    this.headers = { get: (name) => headerOf(response, name) };
    this.address = address;
    this.#response = response;
    this.#signal = signal;
    // Iterating reports errors; without a reader this listener keeps them from ending the process.
    response.on('error', () => {});
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      const unpacking = unpackerFor(headerOf(this.#response, 'content-encoding'));
      const bytes = unpacking === undefined ? this.#response : this.#unpack(unpacking);
      for await (const chunk of bytes) yield chunk as Buffer;
    } catch (error) {
      throw this.#signal.aborted ? this.#signal.reason : error;
    } finally {
      this.#response.destroy();
    }
  }

  discard(): void {
    this.#response.destroy();
  }

  #unpack(unpacking: Transform): Transform {
    this.#response.on('error', (error) => unpacking.destroy(error));
    return this.#response.pipe(unpacking);
  }
}

function headerOf({ headers }: nodeHttp.IncomingMessage, name: string): string | null {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}

/** @throws Error for an encoding that was not asked for */
function unpackerFor(encoding: string | null): Transform | undefined {
  const zlib = process.getBuiltinModule('node:zlib') as typeof nodeZlib;
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip();
    case 'br':
      return zlib.createBrotliDecompress();
    default:
      throw new Error(`it is encoded as ${encoding?.slice(0, 40)}, which was not asked for`);
  }
}
