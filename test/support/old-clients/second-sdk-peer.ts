/** The official SDK's second major version, which speaks all revisions, as a peer. */
import { Client, type Transport } from '@modelcontextprotocol/client';
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import {
  type Answers,
  type CallOptions,
  type CallResult,
  INFO,
  type OldPeer,
  answered,
} from './peer.ts';

export class SecondSdkPeer implements OldPeer {
  readonly notifications: OldPeer['notifications'] = [];
  readonly asked: UnknownRecord[] = [];
  answers: Answers = {};
  readonly #client: Client;

  /** @param mode `legacy`: it begins with `initialize`; `auto`: with `server/discover` */
  constructor(mode: 'legacy' | 'auto') {
    const capabilities = { sampling: {}, roots: {}, elicitation: { form: {} } };
    this.#client = new Client(INFO, { capabilities, versionNegotiation: { mode } });
    this.#client.fallbackNotificationHandler = async (notification) => {
      this.notifications.push(notification as OldPeer['notifications'][number]);
    };
    this.#answerQuestions();
  }

  async connect(transport: Transport): Promise<this> {
    await this.#client.connect(transport);
    return this;
  }

  get revision(): string | undefined {
    return this.#client.getNegotiatedProtocolVersion();
  }

  async callTool(
    name: string,
    args: UnknownRecord = {},
    options?: CallOptions,
  ): Promise<CallResult> {
    return (await this.#client.callTool({ name, arguments: args }, options)) as CallResult;
  }

  async listTools(): ReturnType<OldPeer['listTools']> {
    return (await this.#client.listTools()).tools;
  }

  async listResources(): ReturnType<OldPeer['listResources']> {
    return (await this.#client.listResources()).resources;
  }

  async listPrompts(): ReturnType<OldPeer['listPrompts']> {
    return (await this.#client.listPrompts()).prompts;
  }

  async readResource(uri: string): Promise<UnknownRecord> {
    return this.#client.readResource({ uri });
  }

  async getPrompt(name: string, args?: Record<string, string>): Promise<UnknownRecord> {
    return this.#client.getPrompt({ name, ...(args && { arguments: args }) });
  }

  subscribe(uri: string): Promise<unknown> {
    return this.#client.subscribeResource({ uri });
  }

  setLevel(level: 'debug' | 'error'): Promise<unknown> {
    return this.#client.setLoggingLevel(level);
  }

  ping(): Promise<unknown> {
    return this.#client.ping();
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #answerQuestions(): void {
    this.#client.setRequestHandler('elicitation/create', async ({ params }) => {
      this.asked.push(params);
      return answered(await this.answers.form?.(params)) as never;
    });
    this.#client.setRequestHandler('sampling/createMessage', ({ params }) => {
      this.asked.push(params);
      return answered(this.answers.sample?.(params)) as never;
    });
    this.#client.setRequestHandler('roots/list', () => {
      this.asked.push({});
      return answered(this.answers.roots?.()) as never;
    });
  }
}
