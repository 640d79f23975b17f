/** An MCP server on this machine that wants tokens, and says where they come from. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Scripted } from './authority.ts';

interface Received {
  readonly path: string;
  readonly token: string | undefined;
  readonly operation: string;
}

export class GuardedServer {
  readonly received: Received[] = [];
  /** Whose tokens it takes. */
  issuers: string[] = [];
  /** The members of its metadata to change. */
  metadata: Record<string, unknown> = {};
  /** The parameters of its challenges beside `resource_metadata`. */
  challenge = '';
  /** Whether it says where its metadata is. */
  namesMetadata = true;
  /** What it answers to a call, if not a result. */
  refuse: (token: string | undefined, operation: string) => 401 | 403 | undefined = (token) =>
    token === undefined ? 401 : undefined;
  /** Answers instead, by path. */
  override: (path: string) => Scripted | undefined = () => undefined;
  url = '';
  readonly #path: string;
  readonly #http = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://x').pathname;
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
    const message = text === '' ? {} : (JSON.parse(text) as Message);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const operation = [message.method, message.params?.name].filter(Boolean).join(' ');
    this.received.push({ path, token, operation });
    const {
      status = 200,
      headers,
      body,
    } = this.override(path) ?? this.#answer(path, token, operation, message);
    const content = typeof body === 'string' ? body : JSON.stringify(body ?? {});
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(content);
  });

  /** @param path at which it is served */
  constructor(path = '/mcp') {
    this.#path = path;
  }

  async open(...issuers: string[]): Promise<this> {
    this.issuers = issuers;
    this.#http.listen(0, '127.0.0.1');
    await new Promise((resolve) => this.#http.once('listening', resolve));
    this.url = `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}${this.#path}`;
    return this;
  }

  close(): void {
    this.#http.close().closeAllConnections();
  }

  /** The tokens of calls. */
  get tokens(): (string | undefined)[] {
    return this.received.filter(({ operation }) => operation !== '').map(({ token }) => token);
  }

  #answer(path: string, token: string | undefined, operation: string, message: Message): Scripted {
    const { origin } = new URL(this.url);
    const wellKnown = `/.well-known/oauth-protected-resource${this.#path}`;
    if (path === wellKnown) {
      const own = { resource: this.url, authorization_servers: this.issuers };
      return { body: { ...own, ...this.metadata } };
    }
    if (path !== this.#path) return { status: 404 };
    const status = this.refuse(token, operation);
    if (status === undefined) {
      const result = {
        resultType: 'complete',
        content: [],
        tools: [{ name: 'one', inputSchema: { type: 'object' } }],
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        ttlMs: 0,
        cacheScope: 'private',
      };
      return { body: { jsonrpc: '2.0', id: message.id, result } };
    }
    const named = this.namesMetadata && `resource_metadata="${origin}${wellKnown}"`;
    const parts = [named, this.challenge].filter(Boolean).join(', ');
    return { status, headers: { 'www-authenticate': `Bearer ${parts}` }, body: '' };
  }
}

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: { readonly name?: string };
}
