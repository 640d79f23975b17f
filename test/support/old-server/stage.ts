/** A server of the official SDK for earlier revisions, and clients of ours. */
import { afterAll, beforeAll } from 'vitest';
import { Client, type ClientOptions, type Target } from '../../../src/client/index.ts';
import { OldHttpServer } from '../../programs/old-server/http.ts';
import { silent } from '../logger.ts';
import { built } from '../program.ts';

/** Where a server is, and how it is ended. */
interface Opened {
  readonly target: Target;
  readonly http?: OldHttpServer;
  close(): Promise<void>;
}

async function overHttp(options = {}): Promise<Opened> {
  const http = new OldHttpServer(options);
  return { target: await http.listen(), http, close: () => http.close() };
}

async function overStdio(): Promise<Opened> {
  const args = [built('test/programs/old-server/stdio.ts')];
  return { target: { command: process.execPath, args }, close: async () => {} };
}

type Way = readonly [string, () => Promise<Opened>];

/** Ways on which a server can ask. */
export const ASKING: readonly Way[] = [
  ['over HTTP, with sessions', () => overHttp()],
  ['over stdio', overStdio],
];

export const WAYS: readonly Way[] = [
  ...ASKING,
  ['over HTTP, without sessions', () => overHttp({ sessionIdGenerator: undefined })],
  ['over HTTP, as JSON', () => overHttp({ enableJsonResponse: true })],
];

export class OldStage {
  readonly #open: () => Promise<Opened>;
  readonly #clients: Client[] = [];
  #opened!: Opened;

  constructor(open: () => Promise<Opened>) {
    this.#open = open;
  }

  get target(): Target {
    return this.#opened.target;
  }

  get http(): OldHttpServer | undefined {
    return this.#opened.http;
  }

  async open(): Promise<void> {
    this.#opened = await this.#open();
  }

  /** A client that can be asked everything. */
  connect(options: Partial<ClientOptions> = {}): Client {
    const client = new Client(this.target, {
      name: 'ours',
      version: '1.0.0',
      logger: silent,
      onElicit: () => ({ action: 'accept', content: { word: 'fox' } }),
      onElicitUrl: () => ({ action: 'accept' }),
      onSample: () => ({
        role: 'assistant',
        content: [{ type: 'text', text: 'Yes.' }],
        model: 'm1',
      }),
      roots: [{ uri: 'file:///srv/data' }],
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.#opened.close();
  }
}

/** For the tests of one `describe`. */
export function oldStage(open: () => Promise<Opened>): OldStage {
  const stage = new OldStage(open);
  beforeAll(() => stage.open());
  afterAll(() => stage.close());
  return stage;
}

/** The text that a tool ends with. */
export async function called(client: Client, name: string, args = {}): Promise<string> {
  const { content } = await client.callTool(name, args);
  return content.map((block) => (block.type === 'text' ? block.text : block.type)).join('\n');
}
