/** A client of 2025-11-25 that costs little: it sends what it has to, and looks for what it needs. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { ARGUMENTS, reason } from './cases.ts';

const TYPES = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
};

type Headers = Readonly<Record<string, string>>;

export class OldCaller {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, noDelay: true });
  #headers: Headers = TYPES;

  constructor(port: number) {
    this.#port = port;
  }

  /** Begins a session, where the server has sessions. */
  async begin(): Promise<void> {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: {} },
      clientInfo: { name: 'bench-client', version: '1.0.0' },
    };
    const response = await this.#post('initialize', { id: 0, params });
    await textOf(response);
    const session = response.headers['mcp-session-id'];
    this.#headers = {
      ...TYPES,
      'MCP-Protocol-Version': '2025-11-25',
      ...(typeof session === 'string' && { 'Mcp-Session-Id': session }),
    };
    await textOf(await this.#post('notifications/initialized', {}));
  }

  /** @throws Error what came back, if it is not what had to */
  async greet(): Promise<void> {
    const text = await textOf(await this.#call('greet', 1));
    if (!text.includes('Hello, Ines.')) throw new Error(`not a greeting: ${text}`);
  }

  /** A whole flow: the call, its questions, and the answers to them. */
  async interview(id: number): Promise<void> {
    const response = await this.#call('interview', id);
    let text = '';
    let answered = 0;
    for await (const chunk of response) {
      text += String(chunk);
      const asked = [...text.matchAll(QUESTION)];
      for (; answered < asked.length; answered++)
        await this.#answer(idOf(asked[answered]!), answered);
    }
    if (!text.includes(`Ines: ${reason(0)}`)) throw new Error(`not a summary: ${text}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(name: string, id: number): Promise<IncomingMessage> {
    return this.#post('tools/call', { id, params: { name, arguments: ARGUMENTS } });
  }

  async #answer(id: string, number: number): Promise<void> {
    const result = { action: 'accept', content: { reason: reason(number) } };
    await textOf(
      await this.#send(`{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`),
    );
  }

  #post(method: string, rest: object): Promise<IncomingMessage> {
    return this.#send(JSON.stringify({ jsonrpc: '2.0', method, ...rest }));
  }

  #send(body: string): Promise<IncomingMessage> {
    const headers = { ...this.#headers, 'Content-Length': Buffer.byteLength(body) };
    const to = { port: this.#port, path: '/mcp', method: 'POST', headers, agent: this.#agent };
    return new Promise((resolve, reject) => {
      request(to, resolve).on('error', reject).end(body);
    });
  }
}

/** A question and its id, wherever in the message the id stands. */
const QUESTION =
  /"id":("[^"]+"|\d+),"method":"elicitation\/create"|"method":"elicitation\/create"[^\n]*"id":(\d+)/g;

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}

function idOf(match: RegExpMatchArray): string {
  return match[1] ?? match[2]!;
}
