/** The old server over HTTP, as its users serve it. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  StreamableHTTPServerTransport,
  type StreamableHTTPServerTransportOptions,
} from 'sdk-1.32/server/streamableHttp.js';
import { oldServer } from './server.ts';

/** A request that has come in, as far as tests look at it. */
export interface Seen {
  readonly httpMethod: string;
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

export class OldHttpServer {
  readonly seen: Seen[] = [];
  readonly #sessions = new Map<string, StreamableHTTPServerTransport>();
  readonly #options: Partial<StreamableHTTPServerTransportOptions>;
  readonly #http: Server = createServer((request, response) => void this.#serve(request, response));

  constructor(options: Partial<StreamableHTTPServerTransportOptions> = {}) {
    this.#options = options;
  }

  async listen(): Promise<string> {
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/mcp`;
  }

  /** The server forgets its sessions, as after a restart. */
  forget(): void {
    this.#sessions.clear();
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = await request.toArray();
    const body = Buffer.concat(chunks).toString();
    const message = (body === '' ? undefined : JSON.parse(body)) as { method?: string } | undefined;
    const { headers, method: httpMethod = '' } = request;
    this.seen.push({ httpMethod, method: message?.method, headers });
    const transport = await this.#transportFor(headers['mcp-session-id'], message?.method);
    if (transport !== undefined) return transport.handleRequest(request, response, message);
    const error = { code: -32000, message: 'No valid session ID provided' };
    response.writeHead(headers['mcp-session-id'] === undefined ? 400 : 404, {
      'content-type': 'application/json',
    });
    response.end(JSON.stringify({ jsonrpc: '2.0', error, id: null }));
  }

  async #transportFor(
    id: string | string[] | undefined,
    method: string | undefined,
  ): Promise<StreamableHTTPServerTransport | undefined> {
    if (typeof id === 'string') return this.#sessions.get(id);
    const isStateless = 'sessionIdGenerator' in this.#options;
    if (method !== 'initialize' && !isStateless) return undefined;
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (session) => void this.#sessions.set(session, transport),
      ...this.#options,
    });
    await oldServer().connect(transport as never);
    return transport;
  }
}
