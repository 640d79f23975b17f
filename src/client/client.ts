import { HttpTransport } from '../http/client.ts';
import type { ClientCapabilities } from '../protocol/capabilities.ts';
import type { Dispatcher } from '../protocol/dispatcher.ts';
import { invalidOptions } from '../protocol/errors.ts';
import type { JsonObject, UnknownRecord } from '../protocol/json.ts';
import { type AskingMethod, Method } from '../protocol/methods.ts';
import { InvalidResponseError } from '../protocol/response.ts';
import type {
  CallToolResult,
  DiscoverResult,
  GetPromptResult,
  Implementation,
  ReadResourceResult,
} from '../protocol/results.ts';
import type { Transport } from '../protocol/transport.ts';
import type { AnsweringOptions } from './answering.ts';
import { type CallOptions, Caller } from './caller.ts';
import { drive } from './drive.ts';
import { exposedRoots } from './exposed-roots.ts';
import { capabilitiesOf } from './handlers.ts';
import { InProcessTransport } from './in-process.ts';
import type { ClientOptions } from './options.ts';
import { type FlowSnapshot, begin, typeOf } from './snapshot.ts';
import { Stepper } from './stepper.ts';

/** What a client can talk to: a URL, or a server object in the same process. */
export type Target = string | URL | Dispatcher;

/** The arguments of each request that may ask. */
export interface FlowParams {
  'tools/call': { readonly name: string; readonly arguments?: JsonObject };
  'prompts/get': { readonly name: string; readonly arguments?: Record<string, string> };
  'resources/read': { readonly uri: string };
}

/**
 * A client of one MCP server. Calls run to their end: questions go to the handlers, and the request
 * is sent again with their answers, as often as the server asks.
 */
export class Client {
  readonly #transport: Transport;
  readonly #caller: Caller;
  readonly #declared: ClientCapabilities;
  readonly #answering: AnsweringOptions;
  readonly #maxRounds: number | undefined;

  /** @throws RondoError `invalid_options` */
  constructor(target: Target, options: ClientOptions) {
    const {
      name,
      version,
      title,
      timeout = 60_000,
      maxRounds,
      allowInsecureUrls = false,
    } = options;
    if (Array.isArray(options.roots)) exposedRoots(options.roots);
    if (!name || !version) throw invalidOptions('A client needs a name and a version.');
    const clientInfo: Implementation = { name, version, ...(title !== undefined && { title }) };
    this.#transport = transportFor(target, options);
    this.#declared = capabilitiesOf(options);
    this.#caller = new Caller({
      transport: this.#transport,
      clientInfo,
      capabilities: this.#declared,
      timeout,
    });
    this.#answering = { handlers: options, allowInsecureUrls, onRefused: options.onRefused };
    this.#maxRounds = maxRounds;
  }

  /**
   * Calls a tool. A failure inside the tool is a result with `isError`, not an exception.
   *
   * @throws RpcError, TimeoutError, StateRefusedError, InvalidResponseError, RondoError
   */
  async callTool(
    name: string,
    args: JsonObject = {},
    options: CallOptions = {},
  ): Promise<CallToolResult> {
    return (await this.#run(Method.callTool, { name, arguments: args }, options)) as CallToolResult;
  }

  /** Gets a prompt's messages. @throws as {@link callTool} */
  async getPrompt(
    name: string,
    args: Record<string, string> = {},
    options: CallOptions = {},
  ): Promise<GetPromptResult> {
    return (await this.#run(
      Method.getPrompt,
      { name, arguments: args },
      options,
    )) as GetPromptResult;
  }

  /** Reads a resource. @throws as {@link callTool} */
  async readResource(uri: string, options: CallOptions = {}): Promise<ReadResourceResult> {
    return (await this.#run(Method.readResource, { uri }, options)) as ReadResourceResult;
  }

  /** What the server offers and how it wants to be used. */
  async discover(options: CallOptions = {}): Promise<DiscoverResult> {
    return (await this.#once(Method.discover, {}, options)) as DiscoverResult;
  }

  /** Begins a flow that is taken step by step; nothing is sent yet. */
  start<M extends AskingMethod>(method: M, params: FlowParams[M]): Stepper {
    return this.resume(begin(method, params as unknown as JsonObject, this.#maxRounds));
  }

  /** Goes on with a flow from what its stepper's `toJSON()` gave, here or elsewhere. */
  resume(flow: FlowSnapshot): Stepper {
    return new Stepper(flow, this.#declared, (method, params, options) =>
      this.#caller.call({ method, params }, options),
    );
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #run<M extends AskingMethod>(
    method: M,
    params: FlowParams[M],
    options: CallOptions,
  ): Promise<UnknownRecord> {
    const stepper = this.start(method, params);
    await drive(stepper, this.#answering, options);
    return stepper.result!;
  }

  /** For methods that may not ask (checklist MC-15). */
  async #once(method: string, params: UnknownRecord, options: CallOptions): Promise<UnknownRecord> {
    const result = await this.#caller.call({ method, params }, options);
    if (typeOf(result) === 'complete') return result;
    throw new InvalidResponseError(`a question in answer to ${method}`);
  }
}

function transportFor(target: Target, options: ClientOptions): Transport {
  if (typeof target === 'object' && 'dispatch' in target) return new InProcessTransport(target);
  if (!URL.canParse(String(target))) throw invalidOptions(`'${String(target)}' is no URL.`);
  const url = new URL(target);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalidOptions(`A server is reached over http or https, not over ${url.protocol}`);
  }
  return new HttpTransport(url, options.http);
}
