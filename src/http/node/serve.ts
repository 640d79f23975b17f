/** Serving over HTTP with Node's own server. */
import { lookup } from 'node:dns/promises';
import { type Server, type ServerOptions, createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Working, assertDispatcher } from '../../protocol/dispatcher.ts';
import { invalidOptions } from '../../base/errors.ts';
import { isLoopback } from '../../base/loopback.ts';
import { readOptions } from '../../base/options/options.ts';
import { parseUrl } from '../../base/parse-url.ts';
import { type HandleOptions, givenPrincipal } from '../handle-options.ts';
import { assertServableOnLoopback } from '../policy.ts';
import { type Protection, protectionOf } from '../protection.ts';
import { type ResourceMetadata, metadataResponse } from '../resource-metadata.ts';
import { bodyAlreadyRead } from './body.ts';
import { NodeHandler, type HttpService } from './handler.ts';
import type { RouteServing } from './route-serving.ts';
import { requestTarget } from './request-target.ts';
import { refuse } from './refusal.ts';
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
   * flight. Connections that are still open after `grace` ms are closed. The server itself, which goes on
   * listening to its `relay`, is ended by its own `close()`.
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
  assertDispatcher('serve()', service);
  const given = readOptions(SERVE_OPTIONS, options);
  const { port = 3000, path = '/mcp', grace = 25_000, routes } = given;
  const host = withoutBrackets(given.host ?? '127.0.0.1');
  const { address } = await lookup(host);
  const isOwnHost = isLoopback(nameInUrl(address)) ? ownNames(host) : undefined;
  assertServable(service, isOwnHost !== undefined, host);
  const { httpPolicy: policy } = service;
  const protection = protectionOf(policy.authenticate);
  await protection?.prepare();
  const handler = new NodeHandler(service, isOwnHost);
  const beside =
    routes && (await besideEndpoint(routes, path, { policy, isOwnHost, active: handler.active }));
  const server = createServer(LIMITS, (request, response) => {
    if (isAt(path, request.url)) return handler.handle(request, response);
    const metadata = metadataAt(request, protection);
    if (metadata !== undefined) {
      refuse(request, response, metadataResponse(request.method!, metadata));
    } else if (!beside?.handle(request, response)) notFound(request, response, path);
  });
  await listening(server, port, address);
  const { worker = {} } = given;
  const working = worker === false ? undefined : service.work?.(worker.concurrency ?? 10);
  const serving = new NodeServing(server, handler, grace, working);
  serving.closeOn(given.signals ?? ['SIGINT', 'SIGTERM']);
  const bound = (server.address() as AddressInfo).port;
  return Object.assign(serving, { port: bound, url: `http://${inUrl(host)}:${bound}${path}` });
}

/** The limits of Node's own server: a head's size in bytes, and times in ms. */
const LIMITS: ServerOptions = {
  maxHeaderSize: 16_384,
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  // How often Node checks these times. Its default is 30 s.
  connectionsCheckingInterval: 1_000,
};

/** What serves the routes. Loaded where there are some: most servers have none. */
async function besideEndpoint(
  ...given: ConstructorParameters<typeof RouteServing>
): Promise<RouteServing> {
  const loaded = await import('./route-serving.ts');
  return new loaded.RouteServing(...given);
}

/** The names of this machine, and the one that the server was bound to: its URL has it. */
function ownNames(host: string): (name: string) => boolean {
  const bound = nameInUrl(host);
  return (name) => isLoopback(name) || name === bound;
}

/** An address of IPv6 may be written as in URLs. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** As clients have it in `Host`: an address of IPv6 can be written in many ways. */
function nameInUrl(host: string): string {
  return parseUrl(`http://${inUrl(host)}`)?.hostname ?? host;
}

function assertServable(service: HttpService, onLoopback: boolean, host: string): void {
  if (service.needsCallers && service.httpPolicy.authenticate === undefined) {
    throw invalidOptions(
      "'scopes' of a registration need http.authenticate of McpServer, which says who calls. Over " +
        "HTTP nobody could use it. For tokens: bearer() of 'mcp-rondo/auth'.",
    );
  }
  if (onLoopback) return assertServableOnLoopback(service.httpPolicy);
  if (!service.loopbackOnly) return;
  throw invalidOptions(
    `Unprotected state is for this machine only, and '${host}' can be reached from others. ` +
      "Serve on '127.0.0.1', or set state.keys.",
  );
}

/**
 * Serves one request of `node:http`. `body` is the body, if a middleware has read it; a function,
 * such as the `next` of Express, is not one. If there is none, and the body has been read, then
 * `request.body` is taken.
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
  assertDispatcher('nodeHandler()', service);
  const { onLoopback = false } = readOptions(NODE_HANDLER_OPTIONS, options);
  if (service.loopbackOnly && !onLoopback) {
    throw invalidOptions(
      'Unprotected state is for this machine only. If your HTTP server is bound to it, pass ' +
        'nodeHandler(server, { onLoopback: true }).',
    );
  }
  if (onLoopback) assertServableOnLoopback(service.httpPolicy);
  const handler = new NodeHandler(service, onLoopback ? isLoopback : undefined);
  // The default keeps `length` below 4: Express takes functions of four parameters for error
  // handlers.
  return (request, response, body, handleOptions = {}) => {
    assertNodes(request, response);
    const given = givenPrincipal(handleOptions, service.httpPolicy, service);
    handler.handle(request, response, bodyAlreadyRead(request, body), given);
  };
}

/** Frameworks have requests and responses of their own around those of Node. */
function assertNodes(request: Partial<IncomingMessage>, response?: Partial<ServerResponse>): void {
  if (request?.socket !== undefined && typeof response?.writeHead === 'function') return;
  throw invalidOptions(
    'nodeHandler() serves requests and responses of node:http: request.raw and reply.raw in ' +
      'Fastify, ctx.req and ctx.res in Koa. For web requests, as in Hono or Next.js, there is server.fetch.',
  );
}

class NodeServing {
  readonly #server: Server;
  readonly #handler: NodeHandler;
  readonly #grace: number;
  readonly #working: Working | undefined;
  #closing: Promise<void> | undefined;

  constructor(server: Server, handler: NodeHandler, grace: number, working: Working | undefined) {
    this.#server = server;
    this.#working = working;
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
    await Promise.all([this.#handler.active.idle(), this.#working?.close(this.#grace)]);
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

/** Where a protected server says how to get a token: for everybody, without any check (A7). */
function metadataAt(
  { url = '' }: IncomingMessage,
  protection: Protection | undefined,
): ResourceMetadata | undefined {
  if (protection === undefined) return undefined;
  const [path] = requestTarget(url).path.split('?', 1);
  return protection.metadata.paths.includes(path!) ? protection.metadata : undefined;
}

function isAt(path: string, url = ''): boolean {
  if (url === path || url.startsWith(`${path}?`)) return true;
  const { path: sent } = requestTarget(url);
  return sent !== url && isAt(path, sent);
}

function notFound(request: IncomingMessage, response: ServerResponse, path: string): void {
  refuse(request, response, rejection(404, `Nothing is served here; try ${path}`));
}
