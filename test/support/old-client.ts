/** A client of an earlier revision over HTTP, as raw as it gets. */
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { exactJson } from '../../src/base/json/exact-json.ts';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import type { Message } from './messages.ts';

export type Headers = Record<string, string | undefined>;

/** An event of a stream; `data` is the text after `data:`. */
export interface StreamEvent {
  readonly id?: string;
  readonly data: string;
}

/** The response to one request, while it arrives. */
export class OldResponse {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: StreamEvent[] = [];
  /** The body, if it is not a stream. */
  text = '';
  /** Everything that arrived, comments included. */
  raw = '';
  isEnded = false;
  readonly #message: IncomingMessage;
  readonly #ended: Promise<unknown>;

  constructor(message: IncomingMessage) {
    this.#message = message;
    this.status = message.statusCode!;
    this.headers = message.headers;
    this.#ended = Promise.race([once(message, 'end'), once(message, 'close')]).catch(() => {});
    void this.#ended.then(() => (this.isEnded = true));
    let rest = '';
    message.setEncoding('utf8');
    message.on('error', () => {});
    message.on('data', (text: string) => {
      this.raw += text;
      if (!this.isStream) return void (this.text += text);
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop()!;
      this.events.push(...blocks.flatMap(readEvent));
    });
  }

  get isStream(): boolean {
    return this.headers['content-type'] === 'text/event-stream';
  }

  /** The messages so far. */
  get messages(): Message[] {
    if (!this.isStream) return this.text === '' ? [] : [JSON.parse(this.text) as Message];
    return this.events
      .filter(({ data }) => data !== '')
      .map(({ data }) => JSON.parse(data) as Message);
  }

  /** Resolves with the first message that fits. */
  async message(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      if (this.isEnded) throw new Error(`The response ended without it: ${this.raw}`);
      await Promise.race([once(this.#message, 'data'), this.#ended]);
    }
  }

  /** Resolves with the response to a request, or the whole of a body. */
  async reply(): Promise<Message> {
    await this.#ended;
    return this.messages.at(-1)!;
  }

  async end(): Promise<void> {
    await this.#ended;
  }

  /** Breaks the connection off. */
  cut(): void {
    this.#message.destroy();
  }
}

function readEvent(block: string): StreamEvent[] {
  const lines = block.split('\n').filter((line) => !line.startsWith(':'));
  if (lines.length === 0) return [];
  const value = (name: string): string[] =>
    lines
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim());
  const [id] = value('id');
  return [{ ...(id !== undefined && { id }), data: value('data').join('\n') }];
}

export interface OldClientOptions {
  readonly version?: string;
  readonly capabilities?: UnknownRecord;
  /** For every request. */
  readonly headers?: Headers;
}

export class OldClient {
  /** Where it sends the next request. */
  url: string;
  readonly #options: OldClientOptions;
  sessionId: string | undefined;
  #lastId = 0;

  constructor(url: string, options: OldClientOptions = {}) {
    this.url = url;
    this.#options = options;
  }

  /** A client that has begun its session. */
  static async connect(url: string, options: OldClientOptions = {}): Promise<OldClient> {
    const client = new OldClient(url, options);
    await client.initialize();
    await client.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return client;
  }

  async initialize(): Promise<UnknownRecord> {
    const { version = '2025-11-25', capabilities = {} } = this.#options;
    const clientInfo = { name: 'old', version: '1' };
    const params = { protocolVersion: version, capabilities, clientInfo };
    const response = await this.post(this.#request('initialize', params));
    this.sessionId = response.headers['mcp-session-id'] as string | undefined;
    return (await response.reply()).result!;
  }

  /** Sends a request, and resolves with its response while it arrives. */
  request(method: string, params: UnknownRecord = {}, headers: Headers = {}): Promise<OldResponse> {
    return this.post(this.#request(method, params), headers);
  }

  /** Calls a tool to its end. */
  async call(name: string, args: UnknownRecord = {}): Promise<Message> {
    return (await this.request('tools/call', { name, arguments: args })).reply();
  }

  /** Answers a question. */
  answer({ id }: Message, result: UnknownRecord, headers: Headers = {}): Promise<OldResponse> {
    return this.post({ jsonrpc: '2.0', id: id!, result }, headers);
  }

  post(message: unknown, headers: Headers = {}): Promise<OldResponse> {
    const text = typeof message === 'string' ? message : exactJson(message);
    return this.#send('POST', text, { 'content-type': 'application/json', ...headers });
  }

  get(headers: Headers = {}): Promise<OldResponse> {
    return this.#send('GET', undefined, { accept: 'text/event-stream', ...headers });
  }

  delete(headers: Headers = {}): Promise<OldResponse> {
    return this.#send('DELETE', undefined, headers);
  }

  #request(method: string, params: UnknownRecord): Message {
    return { jsonrpc: '2.0', id: ++this.#lastId, method, params };
  }

  #send(method: string, body: string | undefined, given: Headers): Promise<OldResponse> {
    const { version = '2025-11-25' } = this.#options;
    const all: Headers = {
      accept: 'application/json, text/event-stream',
      'mcp-session-id': this.sessionId,
      'mcp-protocol-version': this.sessionId && version,
      ...this.#options.headers,
      ...given,
    };
    const headers = Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    );
    return new Promise((resolve, reject) => {
      const sent = httpRequest(this.url, { method, headers }, (message) =>
        resolve(new OldResponse(message)),
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

/** Whether a message is a request of the server. */
export function isQuestion(message: Message): boolean {
  return message.method !== undefined && message.id !== undefined;
}

/** Calls the tool `ask`; resolves once it has asked. */
export async function asked(client: OldClient): Promise<[OldResponse, Message]> {
  const response = await client.request('tools/call', { name: 'ask', arguments: {} });
  return [response, await response.message(isQuestion)];
}

/** The answer to a question that is confirmed. */
export function yesTo({ params }: Message): UnknownRecord {
  const { properties } = params!['requestedSchema'] as { properties: object };
  return { action: 'accept', content: { [Object.keys(properties)[0]!]: true } };
}

/** The id of the last event that has one. */
export function lastId(...responses: OldResponse[]): string {
  return responses.flatMap(({ events }) => events).findLast(({ id }) => id !== undefined)!.id!;
}

/** The same session, at another instance. */
export function at(url: string, client: OldClient, headers: Headers = {}): OldClient {
  const moved = new OldClient(url, { headers });
  moved.sessionId = client.sessionId;
  return moved;
}
