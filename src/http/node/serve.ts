/** Serving over HTTP with Node's own server. */
import { type Server, createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { invalidOptions } from '../../base/errors.ts';
import { isLoopback } from '../../base/loopback.ts';
import { readOptions } from '../../base/options.ts';
import { type HandleOptions, givenPrincipal } from '../handle-options.ts';
import { NodeHandler, type HttpService } from './handler.ts';
import { reject as rejection } from '../check-head.ts';
import {
  NODE_HANDLER_OPTIONS,
  type NodeHandlerOptions,
  SERVE_OPTIONS,
  type ServeOptions,
} from '../serve-options.ts';

/** A server that is being served over HTTP. */
export interface Serving {
  readonly url: string;
  readonly port: number;
  /** Whether it accepts requests: `false` as soon as it starts to close. For readiness probes. */
  readonly ready: boolean;
  /**
   * Stops accepting requests, ends listen streams with their results, and waits for requests in
   * flight. Connections that are still open after `grace` ms are closed.
   */
  close(): Promise<void>;
}

/**
 * Serves an `McpServer` over Streamable HTTP with Node's own server. Resolves when it is listening.
 *
 * @example
 * ```ts
 * import { McpServer } from 'mcp-rondo';
 * import { serve } from 'mcp-rondo/node';
 *
 * const server = new McpServer({ name: 'clock', version: '1.0.0' });
 * server.registerTool('now', { description: 'The current time' }, () => new Date().toISOString());
 *
 * const serving = await serve(server, { port: 3000 });
 * console.log(`Serving at ${serving.url}`);
 * ```
 *
 * @throws RondoError `invalid_options`; the error of `listen`, such as `EADDRINUSE` for a used port
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 */
export async function serve(service: HttpService, options: ServeOptions = {}): Promise<Serving> {
  const given = readOptions(SERVE_OPTIONS, options);
  const { port = 3000, host = '127.0.0.1', path = '/mcp', grace = 25_000 } = given;
  const onLoopback = isLoopback(host);
  if (service.loopbackOnly && !onLoopback) {
    throw invalidOptions(
      `Unprotected state is for this machine only, and '${host}' can be reached from others. ` +
        "Serve on '127.0.0.1', or set state.keys.",
    );
  }
  const handler = new NodeHandler(service, onLoopback);
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: 15_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      // How often Node checks these times, in ms. Its default is 30 s.
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      if (isAt(path, request.url)) handler.handle(request, response);
      else notFound(request, response, path);
    },
  );
  await listening(server, port, host);
  const address = server.address() as AddressInfo;
  const serving = new NodeServing(server, handler, grace);
  serving.closeOn(given.signals ?? ['SIGINT', 'SIGTERM']);
  return Object.assign(serving, {
    port: address.port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}${path}`,
  });
}

/**
 * Serves one request of `node:http`. `body` is the body, if a middleware has read it.
 *
 * @throws RondoError `invalid_options` for options that cannot be used
 */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  body?: unknown,
  options?: HandleOptions,
) => void;

/**
 * A listener for an HTTP server of your own: `createServer(nodeHandler(server))`, Express, Fastify.
 *
 * If a middleware has parsed the body, pass it as the third argument. If a middleware has verified
 * the caller, pass `{ principal }` as the fourth.
 *
 * @throws RondoError `invalid_options`; also for a server with unprotected state, unless
 *   `onLoopback` says that only this machine can reach it
 */
export function nodeHandler(service: HttpService, options: NodeHandlerOptions = {}): NodeListener {
  const { onLoopback = false } = readOptions(NODE_HANDLER_OPTIONS, options);
  if (service.loopbackOnly && !onLoopback) {
    throw invalidOptions(
      'Unprotected state is for this machine only. If your HTTP server is bound to it, pass ' +
        'nodeHandler(server, { onLoopback: true }).',
    );
  }
  const handler = new NodeHandler(service, onLoopback);
  // The default keeps `length` below 4: Express takes functions of four parameters for error
  // handlers.
  return (request, response, body, handleOptions = {}) => {
    const given = givenPrincipal(handleOptions, service.httpPolicy, service);
    handler.handle(request, response, body, given);
  };
}

class NodeServing {
  readonly #server: Server;
  readonly #handler: NodeHandler;
  readonly #grace: number;
  #closing: Promise<void> | undefined;

  constructor(server: Server, handler: NodeHandler, grace: number) {
    this.#server = server;
    this.#handler = handler;
    this.#grace = grace;
  }

  get ready(): boolean {
    return this.#closing === undefined;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  closeOn(signals: readonly NodeJS.Signals[] | false): void {
    for (const signal of signals || []) {
      const onSignal = (): void => void this.close().then(() => process.kill(process.pid, signal));
      process.once(signal, onSignal);
      this.#server.once('close', () => process.removeListener(signal, onSignal));
    }
  }

  async #close(): Promise<void> {
    this.#handler.startClosing(() => this.#server.closeIdleConnections());
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const timer = setTimeout(() => this.#server.closeAllConnections(), this.#grace);
    await this.#handler.idle();
    clearTimeout(timer);
    // The connections that are left serve no request: they are idle, or have sent half a head.
    this.#server.closeAllConnections();
    await closed;
  }
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function isAt(path: string, url: string | undefined): boolean {
  return url === path || url?.startsWith(`${path}?`) === true;
}

function notFound(request: IncomingMessage, response: ServerResponse, path: string): void {
  const { status, headers, body } = rejection(404, `Nothing is served here; try ${path}`);
  response.writeHead(status, { ...headers, Connection: 'close' });
  response.end(body);
  request.resume();
}
