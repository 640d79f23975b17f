/** The official SDK's first major version, in any of its releases, as a peer. */
import type { Client } from 'sdk-1.32/client/index.js';
import type { Transport } from 'sdk-1.32/shared/transport.js';
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import {
  type Answers,
  type CallOptions,
  type CallResult,
  INFO,
  type OldPeer,
  answered,
} from './peer.ts';
import type { OldSdk } from './sdks.ts';

export class FirstSdkPeer implements OldPeer {
  readonly notifications: OldPeer['notifications'] = [];
  readonly asked: UnknownRecord[] = [];
  answers: Answers = {};
  revision: string | undefined;
  readonly #client: Client;

  constructor(sdk: OldSdk) {
    const capabilities = { sampling: {}, roots: {}, ...(sdk.ElicitRequestSchema && ELICITATION) };
    this.#client = new sdk.Client(INFO, { capabilities });
    this.#client.fallbackNotificationHandler = async (notification) => {
      this.notifications.push(notification as OldPeer['notifications'][number]);
    };
    this.#answerQuestions(sdk);
  }

  async connect(transport: Transport): Promise<this> {
    const start = transport.start.bind(transport);
    transport.start = () => {
      const { onmessage } = transport;
      transport.onmessage = (message, extra) => {
        this.#readRevision(message);
        onmessage?.(message, extra);
      };
      return start();
    };
    await this.#client.connect(transport);
    return this;
  }

  async callTool(
    name: string,
    args: UnknownRecord = {},
    options?: CallOptions,
  ): Promise<CallResult> {
    return (await this.#client.callTool(
      { name, arguments: args },
      undefined,
      options,
    )) as CallResult;
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

  /** The client itself says it to its transport only. */
  #readRevision(message: object): void {
    const { result } = message as { result?: { protocolVersion?: string } };
    this.revision ??= result?.protocolVersion;
  }

  #answerQuestions(sdk: OldSdk): void {
    const { ElicitRequestSchema, CreateMessageRequestSchema, ListRootsRequestSchema } = sdk;
    if (ElicitRequestSchema) {
      this.#client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
        this.asked.push(params);
        return answered(await this.answers.form?.(params)) as never;
      });
    }
    this.#client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => {
      this.asked.push(params);
      return answered(this.answers.sample?.(params)) as never;
    });
    this.#client.setRequestHandler(ListRootsRequestSchema, () => {
      this.asked.push({});
      return answered(this.answers.roots?.()) as never;
    });
  }
}

const ELICITATION = { elicitation: {} };
