/** The official server, and a client of ours that answers what it is asked. */
import { afterAll, beforeAll } from 'vitest';
import { Client, type ClientOptions, type FormValue } from '../../../src/client/index.ts';
import { type OfficialServer, overHttp, overStdio } from './links.ts';
import { silent } from '../logger.ts';

/** The ways there are, by name. */
export const WAYS: readonly [string, () => Promise<OfficialServer>][] = [
  ['over HTTP', () => overHttp()],
  ['over HTTP, always as a stream', () => overHttp({ responseMode: 'sse' })],
  ['over stdio', overStdio],
];

class Stage {
  readonly #open: () => Promise<OfficialServer>;
  readonly #clients: Client[] = [];
  #server!: OfficialServer;
  /** A client that can be asked everything. */
  client!: Client;
  /** What it was asked, in order: messages of questions, 'model' and 'roots'. */
  readonly asked: unknown[] = [];
  /** What it says in forms. */
  content: Record<string, FormValue> = {};

  constructor(open: () => Promise<OfficialServer>) {
    this.#open = open;
  }

  async open(): Promise<void> {
    this.#server = await this.#open();
    this.client = this.connect({
      onElicit: ({ message }) => this.#answer(message, { content: this.content }),
      onElicitUrl: ({ url }) => this.#answer(url.href, {}),
      onSample: ({ messages }) => {
        this.asked.push(messages);
        const content = { type: 'text', text: 'Yes.' } as const;
        return { role: 'assistant', content, model: 'm1', stopReason: 'endTurn' };
      },
      sampling: { tools: true },
      roots: () => {
        this.asked.push('roots');
        return [{ uri: 'file:///srv/data', name: 'Data' }];
      },
    });
  }

  /** Another client of the same server; over stdio, another process. */
  connect(options: Partial<ClientOptions> = {}): Client {
    const info = { name: 'ours', version: '1.0.0', logger: silent };
    const client = new Client(this.#server.target, { ...info, ...options });
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.#server.close();
  }

  /** The text a tool ends with, whatever it asks on the way. */
  async call(name: string, args = {}, client = this.client): Promise<string> {
    const { content } = await client.callTool(name, args);
    return content.map((block) => (block.type === 'text' ? block.text : block.type)).join('\n');
  }

  #answer<T>(question: unknown, answer: T): T & { action: 'accept' } {
    this.asked.push(question);
    return { action: 'accept', ...answer };
  }
}

/** For the tests of one `describe`: a server that is opened before them and closed after them. */
export function openedStage(open: () => Promise<OfficialServer>): Stage {
  const stage = new Stage(open);
  beforeAll(() => stage.open());
  afterAll(() => stage.close());
  return stage;
}
