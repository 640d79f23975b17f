/** An authorization server on this machine that does what a test says, and what it was asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AskedOf {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: NodeJS.Dict<string | string[]>;
  /** Of a form; empty for other requests. */
  readonly form: URLSearchParams;
  readonly text: string;
}

export interface Scripted {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export class Authority {
  readonly asked: AskedOf[] = [];
  /** Members to change; `undefined` removes one. */
  metadata: Record<string, unknown> = {};
  /** Answers instead, by path; `undefined` to go on. */
  override: (asked: AskedOf) => Scripted | undefined | Promise<Scripted | undefined> = () =>
    undefined;
  /** Parameters of the callback to change. */
  callback: Record<string, string | undefined> = {};
  /** Members of token responses to change. */
  response: Record<string, unknown> = {};
  /** Access tokens that it has issued. */
  readonly issued: string[] = [];
  url = '';
  #refresh = new Set<string>();
  readonly #path: string;
  readonly #http = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
    const isForm = request.headers['content-type']?.includes('form') === true;
    const form = new URLSearchParams(isForm ? text : '');
    const asked = { path: pathname, query: searchParams, headers: request.headers, form, text };
    this.asked.push(asked);
    const {
      status = 200,
      headers = {},
      body,
    } = (await this.override(asked)) ?? this.#answer(asked);
    const content = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(content);
  });

  /** @param path of its issuer */
  constructor(path = '') {
    this.#path = path;
  }

  async open(): Promise<this> {
    this.#http.listen(0, '127.0.0.1');
    await new Promise((resolve) => this.#http.once('listening', resolve));
    this.url = `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}${this.#path}`;
    return this;
  }

  close(): void {
    this.#http.close().closeAllConnections();
  }

  /** What it was asked at a path. */
  at(path: string): AskedOf[] {
    return this.asked.filter((each) => each.path === path);
  }

  /** Opens a page of it as a browser does, and gives the URL that it leads to. */
  readonly browse = async (url: string): Promise<string> => {
    const response = await fetch(url, { redirect: 'manual' });
    return response.headers.get('location') ?? '';
  };

  #answer({ path, query, form }: AskedOf): Scripted {
    if (path === `/.well-known/oauth-authorization-server${this.#path}`) {
      return { body: { ...this.#ownMetadata(), ...this.metadata } };
    }
    if (path === '/register') return { status: 201, body: { client_id: 'registered' } };
    if (path === '/authorize') return this.#authorize(query);
    if (path === '/token') return this.#tokens(form);
    if (path === '/revoke') return { body: {} };
    return { status: 404, body: 'nothing' };
  }

  #ownMetadata(): object {
    const { origin } = new URL(this.url);
    return {
      issuer: this.url,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
      revocation_endpoint: `${origin}/revoke`,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  #authorize(query: URLSearchParams): Scripted {
    const location = new URL(query.get('redirect_uri')!);
    const parameters = {
      code: `code-${this.asked.length}-of-${new URL(this.url).port}`,
      state: query.get('state')!,
      iss: this.url,
      ...this.callback,
    };
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) location.searchParams.set(name, value);
    }
    return { status: 302, headers: { location: location.href } };
  }

  /** A refresh token is good for one refresh. */
  #tokens(form: URLSearchParams): Scripted {
    if (
      form.get('grant_type') === 'refresh_token' &&
      !this.#refresh.delete(form.get('refresh_token')!)
    ) {
      return { status: 400, body: { error: 'invalid_grant' } };
    }
    const token = `token-${new URL(this.url).port}-${this.issued.length}`;
    this.issued.push(token);
    const refresh = `refresh-${this.issued.length}-of-${new URL(this.url).port}`;
    const body = {
      access_token: token,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: refresh,
    };
    const answer = { ...body, ...this.response };
    this.#refresh.add(answer.refresh_token);
    return { body: answer };
  }
}
