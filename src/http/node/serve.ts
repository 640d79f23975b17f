/** Serving over HTTP with Node's own server. */
import { type Server, createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { invalidOptions } from '../../base/errors.ts';
import { isLoopback } from '../../base/loopback.ts';
import { assertOptions } from '../../base/options.ts';
import { type HandleOptions, givenPrincipal } from '../handle-options.ts';
import { NodeHandler, type HttpService } from './handler.ts';
import { reject as rejection } from '../check-head.ts';
import {
  NODE_HANDLER_OPTIONS,
  type NodeHandlerOptions,
  SERVE_OPTIONS,
  type ServeOptions,
} from '../serve-options.ts';

/** A server that is being served. */
export interface Serving {
  readonly url: string;
  readonly port: number;
  /** Whether it takes requests: false from the moment it is closing. */
  readonly ready: boolean;
  /**
   * Stops accepting, ends listen streams with their results, waits for what is being served, and
   * cuts off the connections that are left then, or when the grace is over.
   */
  close(): Promise<void>;
}

/**
 * Serves `service` over HTTP; resolves once it is reachable.
 *
 * @throws RondoError `invalid_options`; what `listen` throws, such as a port in use
 */
export async function serve(service: HttpService, options: ServeOptions = {}): Promise<Serving> {
  assertOptions(SERVE_OPTIONS, options);
  const { port = 3000, host = '127.0.0.1', path = '/mcp', grace = 25_000 } = options;
  const onLoopback = isLoopback(host);
  if (service.loopbackOnly && !onLoopback) {
    throw invalidOptions(`Unprotected state is for this machine only, not for '${host}'.`);
  }
  const handler = new NodeHandler(service, onLoopback);
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: 15_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      // How often Node looks whether any of these is over: every 30 s unless told otherwise.
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
  serving.closeOn(options.signals ?? ['SIGINT', 'SIGTERM']);
  return Object.assign(serving, {
    port: address.port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}${path}`,
  });
}

/** Serves one request of `node:http`. */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  body?: unknown,
  options?: HandleOptions,
) => void;

/**
 * A listener for a server of your own: `createServer(nodeHandler(server))`, Express, Fastify.
 *
 * Where something in front has parsed the body already, pass it on as the third argument; where it has
 * verified the caller, pass `{ principal }` as the fourth. The listener throws RondoError
 * `invalid_options` for options that cannot be used.
 *
 * @throws RondoError `invalid_options`, also for a server that only its own machine may reach unless
 *   `onLoopback` says that it is there
 */
export function nodeHandler(service: HttpService, options: NodeHandlerOptions = {}): NodeListener {
  assertOptions(NODE_HANDLER_OPTIONS, options);
  const { onLoopback = false } = options;
  if (service.loopbackOnly && !onLoopback) {
    throw invalidOptions(
      'Unprotected state is for this machine only. If that is where you bind your server, say so: ' +
        'nodeHandler(server, { onLoopback: true }).',
    );
  }
  const handler = new NodeHandler(service, onLoopback);
  // A default, and not a fourth parameter: Express takes functions of four for error handlers.
  return (request, response, body, handleOptions = {}) => {
    const principal = givenPrincipal(handleOptions, service.httpPolicy, service);
    handler.handle(request, response, body, principal);
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
    // Nothing is served on those that are left: silent ones, and halves of a request's head.
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
