/** The official client, with a user who answers what it is asked, and a record of what passes. */
import {
  type CallToolResult,
  Client,
  type ClientCapabilities,
  type ClientOptions,
  type CreateMessageRequestParams,
  type CreateMessageResult,
  type CreateMessageResultWithTools,
  type ElicitRequestFormParams,
  type ElicitRequestURLParams,
  type ElicitResult,
  type InputRequiredResult,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  ProtocolError,
  type Root,
  type Transport,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
} from '@modelcontextprotocol/client';
import { PROTOCOL_VERSION } from '../../../src/index.ts';

/** What the user says; a question without an answer fails the call. */
export interface Answers {
  form?(params: ElicitRequestFormParams): ElicitResult;
  url?(params: ElicitRequestURLParams): ElicitResult;
  sample?(params: CreateMessageRequestParams): CreateMessageResult | CreateMessageResultWithTools;
  roots?(): Root[];
}

export const ALL_CAPABILITIES: ClientCapabilities = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {} },
  roots: {},
};

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';

export class Peer {
  readonly client: Client;
  answers: Answers = {};
  /** The questions asked: messages of elicitations, 'sampling' and 'roots'. */
  readonly asked: string[] = [];
  /** What the client found wrong with what it received. */
  readonly errors: Error[] = [];
  readonly #sent: JSONRPCMessage[] = [];
  readonly #received: JSONRPCMessage[] = [];

  /** @param options the version is 2026-07-28 and nothing else, unless they say otherwise */
  static async connect(transport: Transport, options: ClientOptions): Promise<Peer> {
    const peer = new Peer(options);
    peer.#record(transport);
    await peer.client.connect(transport);
    return peer;
  }

  private constructor(options: ClientOptions) {
    const versionNegotiation = { mode: { pin: PROTOCOL_VERSION } };
    const info = { name: 'official-client', version: '1.0.0' };
    this.client = new Client(info, { versionNegotiation, ...options });
    this.client.onerror = (error) => this.errors.push(error);
    const { elicitation, sampling, roots } = options.capabilities ?? {};
    if (elicitation) this.#answerElicitations();
    if (sampling) this.#answerSampling();
    if (roots) this.#answerRoots();
  }

  /** The text a tool ends with, whatever it asks on the way. */
  async call(name: string, args?: Record<string, unknown>): Promise<string> {
    return textOf(await this.client.callTool({ name, ...(args && { arguments: args }) }));
  }

  /** One round of a call: questions are handed back instead of being answered. */
  async round(params: { name: string; [member: string]: unknown }): Promise<InputRequiredResult> {
    const request = { method: 'tools/call', params } as const;
    const result: unknown = await this.client.request(request, { allowInputRequired: true });
    return result as InputRequiredResult;
  }

  /** Requests of `method` that were sent, in order. */
  requests(method: string): JSONRPCRequest[] {
    return this.#sent.filter(isJSONRPCRequest).filter((request) => request.method === method);
  }

  /** The results of those requests, as they came over the wire. */
  results(method: string): Record<string, unknown>[] {
    const responses = this.#received.filter(isJSONRPCResultResponse);
    return this.requests(method)
      .map((request) => responses.find((response) => response.id === request.id))
      .flatMap((response) => (response ? [response.result] : []));
  }

  /** Notifications that arrived, as they came over the wire. */
  get notifications(): JSONRPCNotification[] {
    return this.#received.filter(isJSONRPCNotification);
  }

  /** Methods of messages that were sent in the name of another revision, or of none. */
  get strays(): string[] {
    return this.#sent
      .flatMap((message) => ('method' in message ? [message] : []))
      .filter(({ params }) => params?._meta?.[VERSION_KEY] !== PROTOCOL_VERSION)
      .map(({ method }) => method);
  }

  /**
   * Forgets what was, before the next test.
   *
   * @throws Error if something was wrong that no call has failed for
   */
  reset(): void {
    const problems = [...this.errors.map(String), ...this.strays];
    this.answers = {};
    for (const record of [this.asked, this.errors, this.#sent, this.#received]) record.length = 0;
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }

  #record(transport: Transport): void {
    const send = transport.send.bind(transport);
    transport.send = (message, options) => {
      this.#sent.push(message);
      return send(message, options);
    };
    transport.onmessage = (message) => this.#received.push(message);
  }

  #answerElicitations(): void {
    this.client.setRequestHandler('elicitation/create', ({ params }) => {
      this.asked.push(params.message);
      return params.mode === 'url'
        ? answered(this.answers.url?.(params))
        : answered(this.answers.form?.(params));
    });
  }

  #answerSampling(): void {
    this.client.setRequestHandler('sampling/createMessage', ({ params }) => {
      this.asked.push('sampling');
      return answered(this.answers.sample?.(params));
    });
  }

  #answerRoots(): void {
    this.client.setRequestHandler('roots/list', () => {
      this.asked.push('roots');
      return { roots: answered(this.answers.roots?.()) };
    });
  }
}

/** Texts as they are, other content by its type. */
export function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === 'text' ? block.text : block.type)).join('\n');
}

/** The JSON-RPC error a call is answered with. */
export async function refusal(call: Promise<unknown>): Promise<{ code: number; data?: unknown }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, data } = error;
    return { code, ...(data !== undefined && { data }) };
  }
  throw new Error('the call was not refused');
}

function answered<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error('nobody expected this question');
  return answer;
}
