/** An old server over HTTP in this process: what it answers is for each test to say. */
import { Client, type ClientOptions } from '../../../src/client/index.ts';
import { isRecord } from '../../../src/base/json/json.ts';
import type { Message } from '../messages.ts';
import { silent } from '../logger.ts';

/** A request that has come in. */
export interface Seen {
  readonly http: string;
  readonly message: Message | undefined;
  readonly headers: Headers;
  readonly signal?: AbortSignal | undefined;
}

export type Answer = (seen: Seen) => Response | Promise<Response>;

export const SESSION = 'session-1';

/** A response with one message. */
export function json(message: object, init: ResponseInit = {}): Response {
  const headers = { 'content-type': 'application/json', ...init.headers };
  return new Response(JSON.stringify({ jsonrpc: '2.0', ...message }), { ...init, headers });
}

export const failed = (status: number, code = -32000): Response =>
  json({ id: null, error: { code, message: 'No' } }, { status });

/** One response that is a stream. The test writes what is in it. */
export class OpenStream {
  readonly response: Response;
  #controller!: ReadableStreamDefaultController<Uint8Array>;

  constructor() {
    const start = (controller: ReadableStreamDefaultController<Uint8Array>): void =>
      void (this.#controller = controller);
    const headers = { 'content-type': 'text/event-stream' };
    this.response = new Response(new ReadableStream({ start }), { headers });
  }

  write(text: string): this {
    this.#controller.enqueue(new TextEncoder().encode(text));
    return this;
  }

  send(message: object, id?: string): this {
    const data = JSON.stringify({ jsonrpc: '2.0', ...message });
    return this.write(`${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`);
  }

  end(): void {
    this.#controller.close();
  }

  breakOff(): void {
    this.#controller.error(new Error('reset'));
  }
}

export class ScriptedOldServer {
  readonly seen: Seen[] = [];
  version = '2025-11-25';
  capabilities: object = { tools: {} };
  /** The header that `initialize` is answered with. */
  session: string | undefined = SESSION;
  readonly #answers = new Map<string, Answer>();

  readonly fetch: typeof globalThis.fetch = async (_url, init) => {
    const { method = 'GET', body, headers, signal } = init ?? {};
    signal?.throwIfAborted();
    const message = body == null ? undefined : (JSON.parse(body as string) as Message);
    const seen: Seen = {
      http: method,
      message,
      headers: new Headers(headers),
      signal: signal ?? undefined,
    };
    this.seen.push(seen);
    const answer = this.#answers.get(message?.method ?? method);
    return answer === undefined ? this.#default(seen) : answer(seen);
  };

  /** @param on a method of the protocol; GET, DELETE; POST for responses */
  on(on: string, answer: Answer): this {
    this.#answers.set(on, answer);
    return this;
  }

  /** The methods of what has come in, in order. */
  get methods(): string[] {
    return this.seen.map(({ http, message }) => message?.method ?? http);
  }

  /** The responses that the client has sent. */
  get responses(): Message[] {
    return this.seen.flatMap(({ message }) => (message && !message.method ? [message] : []));
  }

  seenAt(method: string): Seen[] {
    return this.seen.filter(({ http, message }) => (message?.method ?? http) === method);
  }

  connect(options: Partial<ClientOptions> = {}): Client {
    const http = { fetch: this.fetch };
    return new Client('http://old.test/mcp', {
      name: 'c',
      version: '1',
      logger: silent,
      http,
      ...options,
    });
  }

  #default({ message }: Seen): Response {
    switch (message?.method) {
      case 'server/discover':
        return failed(400);
      case 'initialize': {
        const { version: protocolVersion, capabilities, session } = this;
        const result = { protocolVersion, capabilities, serverInfo: { name: 'old', version: '1' } };
        const headers: Record<string, string> =
          session === undefined ? {} : { 'mcp-session-id': session };
        return json({ id: message.id, result }, { headers });
      }
      case undefined:
        return new Response(null, { status: message === undefined ? 405 : 202 });
      case 'tools/list':
        return json({ id: message.id, result: { tools: [] } });
      case 'tools/call':
        return json({ id: message.id, result: { content: [] } });
      default: {
        const isRequest = isRecord(message) && 'id' in message;
        return isRequest
          ? json({ id: message.id, result: {} })
          : new Response(null, { status: 202 });
      }
    }
  }
}
