/** Waits for the browser to come back to this machine (RFC 8252 section 7.3, A23, A31). */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSame } from '../../auth/client/login/callback.ts';
import { parseUrl } from '../../base/parse-url.ts';
import { Failure } from '../failure.ts';

const LOCALHOST = '127.0.0.1';

/** Takes the code out of the address, which is in the browser's history and on its screen. */
const SCRIPT = "history.replaceState(null, '', location.pathname)";

const PAGE = `<!doctype html><meta charset="utf-8"><title>rondo</title><p>You can close this page and go back to the terminal.<script>${SCRIPT}</script>`;

const SCRIPT_HASH = createHash('sha256').update(SCRIPT).digest('base64');

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; script-src 'sha256-${SCRIPT_HASH}'`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  connection: 'close',
};

export class Loopback {
  readonly redirectUri: string;
  readonly #http: Server;
  /** Names are compared as they are: a page of another name that leads here is none of ours. */
  readonly #host: string;
  readonly #origin: string;
  readonly #path: string;
  #state: string | undefined;
  #arrived: (url: string) => void = () => {};

  private constructor(http: Server, redirectUri: string) {
    this.#http = http;
    this.redirectUri = redirectUri;
    const { host, origin, pathname } = new URL(redirectUri);
    this.#host = host;
    this.#origin = origin;
    this.#path = pathname;
    http.on('request', (request, response) => this.#serve(request, response));
  }

  /**
   * Listens before the browser is opened: another program could listen first.
   *
   * @param wanted what to listen at; another port if that is taken
   */
  static async open(wanted: string | undefined): Promise<Loopback> {
    const port = wanted === undefined ? 0 : Number(new URL(wanted).port);
    const http = (await listen(port)) ?? (await listen(0))!;
    const bound = (http.address() as AddressInfo).port;
    return new Loopback(http, `http://127.0.0.1:${bound}/callback`);
  }

  /** At this URI and at no other. @throws Failure if its port is taken */
  static async at(redirectUri: string): Promise<Loopback> {
    const { port, hostname } = new URL(redirectUri);
    const address = hostname === 'localhost' ? LOCALHOST : hostname.replace(/^\[|\]$/g, '');
    const http = await listen(Number(port || 80), address);
    if (http !== undefined) return new Loopback(http, redirectUri);
    throw new Failure(
      `Nothing can listen at ${redirectUri}: another program has its port, or it is not allowed to.`,
    );
  }

  /** The URL that the browser comes back with, for a login of this state. */
  callback(state: string): Promise<string> {
    this.#state = state;
    return new Promise((resolve) => (this.#arrived = resolve));
  }

  close(): void {
    this.#http.close();
    this.#http.closeAllConnections();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    // Whatever another program may send, such as `//`.
    const url = parseUrl(this.#origin + request.url);
    const isOurs =
      url !== undefined &&
      request.method === 'GET' &&
      request.headers.host === this.#host &&
      url.pathname === this.#path &&
      this.#state !== undefined &&
      isSame(url.searchParams.get('state') ?? '', this.#state);
    if (!isOurs) return void response.writeHead(404, HEADERS).end();
    this.#state = undefined;
    response.writeHead(200, HEADERS).end(PAGE, () => this.#arrived(url.href));
  }
}

async function listen(port: number, address = LOCALHOST): Promise<Server | undefined> {
  const server = createServer({ maxHeaderSize: 16_384 });
  server.listen(port, address);
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}
