/** One way of sending messages for each transport, so that the same tests run over all of them. */
import { request as httpRequest } from 'node:http';
import { PassThrough } from 'node:stream';
import { exactJson } from '../../src/base/json/exact-json.ts';
import { encodeHeaderValue } from '../../src/http/header-value.ts';
import { serve } from '../../src/http/node/serve.ts';
import type { Exchange } from '../../src/protocol/dispatcher.ts';
import { targetParam } from '../../src/protocol/names/methods.ts';
import { parseIncoming } from '../../src/protocol/parse.ts';
import { errorReply } from '../../src/protocol/reply.ts';
import { InFlight } from '../../src/protocol/in-flight.ts';
import type { McpServer } from '../../src/server/server.ts';
import { serveStdio } from '../../src/stdio/server.ts';
import type { Message } from './messages.ts';

/** What came back for one message. */
export interface Answer {
  /** Everything that belongs to it, in order. */
  readonly messages: Message[];
  /** The response: the last of them. */
  readonly response: Message;
  /** Over HTTP. */
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

export interface SendOptions {
  /** Replaces headers; `undefined` leaves one out. */
  readonly headers?: Record<string, string | undefined>;
  /** Aborting closes the connection, or cancels the request. */
  readonly signal?: AbortSignal;
  /** Told about every message as it arrives. */
  readonly onMessage?: (message: Message) => void;
}

export interface Wire {
  /** Sends a message, or raw text, and waits for its response. */
  send(message: Message | string, options?: SendOptions): Promise<Answer>;
  close(): Promise<void>;
}

export type WireName = 'node' | 'fetch' | 'stdio' | 'in process';

export const WIRES: Record<WireName, (server: McpServer) => Promise<Wire>> = {
  node: nodeWire,
  fetch: async (server) => fetchWire(server),
  stdio: async (server) => stdioWire(server),
  'in process': async (server) => inProcessWire(server),
};

export const HTTP_WIRES = ['node', 'fetch'] as const;

/** The headers this revision wants for a message. */
export function headersFor(message: Message | string): Record<string, string> {
  const standard = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  if (typeof message === 'string' || message.method === undefined) {
    return { ...standard, 'mcp-protocol-version': '2026-07-28' };
  }
  const { method, params } = message;
  const param = targetParam(method);
  const target = param && params?.[param];
  const version = params?._meta?.['io.modelcontextprotocol/protocolVersion'];
  return {
    ...standard,
    'mcp-protocol-version': String(version ?? '2026-07-28'),
    'mcp-method': method,
    ...(typeof target === 'string' && { 'mcp-name': encodeHeaderValue(target) }),
  };
}

function mergedHeaders(message: Message | string, options: SendOptions): Record<string, string> {
  const merged = { ...headersFor(message), ...options.headers };
  const present = Object.entries(merged).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Record<string, string>;
}

function textOfMessage(message: Message | string): string {
  return typeof message === 'string' ? message : exactJson(message);
}

/** Reads a JSON body or an event stream. */
class BodyReader {
  readonly messages: Message[] = [];
  readonly #isStream: boolean;
  readonly #isJson: boolean;
  readonly #onMessage: ((message: Message) => void) | undefined;
  #rest = '';

  constructor(contentType: string | null | undefined, options: SendOptions) {
    this.#isStream = contentType?.startsWith('text/event-stream') === true;
    this.#isJson = contentType?.startsWith('application/json') === true;
    this.#onMessage = options.onMessage;
  }

  push(text: string): void {
    this.#rest += text;
    if (!this.#isStream) return;
    const events = this.#rest.split('\n\n');
    this.#rest = events.pop()!;
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) this.#take(JSON.parse(data.slice(6)) as Message);
    }
  }

  end(): Message[] {
    if (this.#isJson && this.#rest !== '') this.#take(JSON.parse(this.#rest) as Message);
    return this.messages;
  }

  #take(message: Message): void {
    this.messages.push(message);
    this.#onMessage?.(message);
  }
}

async function nodeWire(server: McpServer): Promise<Wire> {
  const how = { port: 0, signals: false, grace: 200, worker: false } as const;
  const serving = await serve(server, how);
  const url = new URL(serving.url);
  return {
    send: (message, options = {}) =>
      new Promise((resolve, reject) => {
        const { signal } = options;
        const headers = mergedHeaders(message, options);
        const outgoing = httpRequest(url, { method: 'POST', headers, ...(signal && { signal }) });
        outgoing.once('error', reject);
        outgoing.once('response', (incoming) => {
          const reader = new BodyReader(incoming.headers['content-type'], options);
          incoming.setEncoding('utf8');
          incoming.on('data', (chunk: string) => reader.push(chunk));
          incoming.once('error', reject);
          incoming.once('end', () => {
            const messages = reader.end();
            const seen = incoming.headers as Record<string, string>;
            resolve({
              messages,
              response: messages.at(-1)!,
              status: incoming.statusCode!,
              headers: seen,
            });
          });
        });
        outgoing.end(textOfMessage(message));
      }),
    close: () => serving.close(),
  };
}

function fetchWire(server: McpServer): Wire {
  return {
    async send(message, options = {}) {
      const headers = mergedHeaders(message, options);
      const { signal } = options;
      const response = await server.fetch(
        new Request('http://localhost/mcp', {
          method: 'POST',
          headers,
          body: textOfMessage(message),
          ...(signal && { signal }),
        }),
      );
      if (response.status === 499) throw new Error('cancelled');
      const reader = new BodyReader(response.headers.get('content-type'), options);
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? [])
        reader.push(decoder.decode(chunk, { stream: true }));
      const messages = reader.end();
      const seen = Object.fromEntries(response.headers);
      return { messages, response: messages.at(-1)!, status: response.status, headers: seen };
    },
    async close() {
      server.close();
    },
  };
}

function stdioWire(server: McpServer): Wire {
  const input = new PassThrough();
  const output = new PassThrough();
  const serving = serveStdio(server, { input, output, grace: 200, worker: false });
  const waiting = new Map<
    unknown,
    { messages: Message[]; done: (answer: Answer) => void; options: SendOptions }
  >();
  let rest = '';
  output.setEncoding('utf8');
  output.on('data', (chunk: string) => {
    rest += chunk;
    const lines = rest.split('\n');
    rest = lines.pop()!;
    for (const line of lines) receive(JSON.parse(line) as Message);
  });
  function receive(message: Message): void {
    for (const [id, pending] of waiting) {
      if (!belongs(message, id)) continue;
      pending.messages.push(message);
      pending.options.onMessage?.(message);
      if (message.method !== undefined) return;
      waiting.delete(id);
      return pending.done({ messages: pending.messages, response: message });
    }
  }
  return {
    send: (message, options = {}) =>
      new Promise((resolve, reject) => {
        const id = typeof message === 'string' ? undefined : message.id;
        if (typeof message !== 'string' && id === undefined) {
          input.write(`${textOfMessage(message)}\n`);
          return resolve({ messages: [], response: undefined as never });
        }
        waiting.set(id, { messages: [], done: resolve, options });
        input.write(`${textOfMessage(message)}\n`);
        options.signal?.addEventListener('abort', () => {
          waiting.delete(id);
          const cancelled = { method: 'notifications/cancelled', params: { requestId: id } };
          input.write(`${JSON.stringify({ jsonrpc: '2.0', ...cancelled })}\n`);
          reject(options.signal!.reason as Error);
        });
      }),
    close: () => serving.close(),
  };
}

/** Over one channel, what belongs to which request is told by what it carries (IO-6). */
function belongs(message: Message, id: unknown): boolean {
  if (message.method === undefined) return message.id === id;
  const subscription = message.params?._meta?.['io.modelcontextprotocol/subscriptionId'];
  if (subscription !== undefined) return subscription === id;
  return message.params?.['progressToken'] === id || message.method === 'notifications/message';
}

function inProcessWire(server: McpServer): Wire {
  return {
    async send(message, options = {}) {
      const incoming = parseIncoming(textOfMessage(message));
      if (incoming.type === 'notification') return { messages: [], response: undefined as never };
      if (incoming.type !== 'request') {
        const response = JSON.parse(errorReply(incoming.id, incoming.error).body) as Message;
        return { messages: [response], response };
      }
      const messages: Message[] = [];
      const exchange: Exchange = {
        streams: true,
        notify(text) {
          const notification = JSON.parse(text) as Message;
          messages.push(notification);
          options.onMessage?.(notification);
        },
        inFlight: new InFlight(),
      };
      const aborted = new Promise<never>((_, reject) => {
        options.signal?.addEventListener('abort', () => {
          exchange.inFlight.cancel('aborted');
          reject(options.signal!.reason as Error);
        });
      });
      const reply = await Promise.race([server.dispatch(incoming.request, exchange), aborted]);
      const response = JSON.parse(reply.body) as Message;
      messages.push(response);
      options.onMessage?.(response);
      return { messages, response };
    },
    async close() {
      server.close();
    },
  };
}
