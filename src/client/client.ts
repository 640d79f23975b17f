import type { ClientCapabilities } from '../protocol/capabilities.ts';
import type { Resource } from '../protocol/content.ts';
import { invalidOptions } from '../base/errors.ts';
import { readOptions } from '../base/options.ts';
import type { JsonObject, UnknownRecord } from '../base/json.ts';
import { notifyListener } from '../base/listener.ts';
import { type Logger, safeLogger, stderrLogger } from '../base/logger.ts';
import { messageOf } from '../base/thrown.ts';
import { type AskingMethod, Method } from '../protocol/methods.ts';
import { InvalidResponseError } from '../protocol/response.ts';
import type {
  CallToolResult,
  CompleteResult,
  DiscoverResult,
  GetPromptResult,
  Implementation,
  Prompt,
  ReadResourceResult,
  ResourceTemplateInfo,
  SubscriptionFilter,
} from '../protocol/results.ts';
import type { Tool } from '../protocol/tool.ts';
import type { Transport } from '../protocol/transport.ts';
import type { Infer, StandardSchema } from '../schema/standard.ts';
import { type AnsweringOptions, answerStepper } from './flows/answering.ts';
import { ResponseCache } from './calls/cache.ts';
import { type CallOptions, RequestSender } from './calls/request-sender.ts';
import type { Change } from './listening/change.ts';
import { drive } from './flows/drive.ts';
import { exposedRoots } from './flows/exposed-roots.ts';
import { capabilitiesOf } from './flows/handlers.ts';
import { changesIn, listenOnce } from './listening/stream.ts';
import { CLIENT_OPTIONS, type ClientOptions } from './options.ts';
import { allPages } from './calls/paging.ts';
import { assertShape } from './flows/result-shape.ts';
import { RepairingSender } from './calls/repairing-sender.ts';
import { type FlowSnapshot, assertSnapshot, begin, typeOf } from './flows/snapshot.ts';
import { Stepper } from './flows/stepper.ts';
import { type Listen, Subscription } from './listening/subscription.ts';
import { KnownTools, assertFits } from './calls/known-tools.ts';
import { type Target, identityOf, transportTo } from './target.ts';

/** The params of each request that servers may answer with questions. */
export interface FlowParams {
  'tools/call': { readonly name: string; readonly arguments?: JsonObject };
  'prompts/get': { readonly name: string; readonly arguments?: Record<string, string> };
  'resources/read': { readonly uri: string };
}

/** The argument to suggest values for, and what the user has typed so far. */
export interface CompletionParams {
  readonly ref:
    | { readonly type: 'ref/prompt'; readonly name: string }
    | { readonly type: 'ref/resource'; readonly uri: string };
  readonly argument: { readonly name: string; readonly value: string };
  /** The values of other arguments. Default: none. */
  readonly context?: { readonly arguments?: Record<string, string> };
}

/** Options of a call whose structured content is validated, and typed, by a schema. */
export interface TypedCallOptions<S extends StandardSchema> extends CallOptions {
  /** Validates the structured content. */
  readonly outputSchema: S;
}

/**
 * A client of one MCP server. A call runs to its end: the client answers the server's questions
 * with its handlers and sends the request again, as often as the server asks.
 *
 * @example
 * ```ts
 * import { Client } from 'mcp-rondo/client';
 *
 * const client = new Client('http://127.0.0.1:3000/mcp', {
 *   name: 'my-agent',
 *   version: '1.0.0',
 *   onElicit({ message, requestedSchema }) {
 *     console.log(message, requestedSchema.properties);
 *     return { action: 'decline' };
 *   },
 * });
 * const result = await client.callTool('delete', { path: '/tmp/a' });
 * console.log(result.content);
 * await client.close();
 * ```
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 */
export class Client {
  readonly #transport: Transport;
  readonly #caller: RequestSender;
  readonly #sender: RepairingSender;
  readonly #tools: KnownTools;
  readonly #cache: ResponseCache;
  readonly #logger: Logger;
  readonly #declared: ClientCapabilities;
  readonly #answering: AnsweringOptions;
  readonly #maxRounds: number | undefined;
  readonly #timeout: number;

  /** @throws RondoError `invalid_options` */
  constructor(target: Target, given: ClientOptions) {
    const options = readOptions(CLIENT_OPTIONS, given);
    const { name, version, title, timeout = 60_000, allowInsecureUrls = false } = options;
    if (!name || !version) throw invalidOptions('A client needs a name and a version.');
    if (Array.isArray(options.roots)) exposedRoots(options.roots);
    const clientInfo: Implementation = { name, version, ...(title !== undefined && { title }) };
    this.#logger = safeLogger(options.logger ?? stderrLogger);
    this.#declared = capabilitiesOf(options);
    const onRefused = safeOnRefused(options, this.#logger);
    this.#answering = { handlers: options, allowInsecureUrls, onRefused };
    this.#maxRounds = options.maxRounds;
    this.#timeout = timeout;
    this.#transport = transportTo(target, options.http, this.#logger);
    this.#caller = new RequestSender({
      transport: this.#transport,
      clientInfo,
      capabilities: this.#declared,
      timeout,
      logger: this.#logger,
    });
    this.#tools = new KnownTools(this.#transport.hasHeaders, this.#logger);
    this.#sender = new RepairingSender(this.#caller, this.#tools, (again) => this.listTools(again));
    this.#cache = new ResponseCache(identityOf(target), options.cache, this.#logger);
  }

  /**
   * Calls a tool. A failure inside the tool is a result with `isError`, not an exception.
   *
   * With `outputSchema`, the structured content of a result without `isError` is validated and
   * converted by it. The tool's own output schema is checked too, once `listTools` has been called.
   *
   * @throws RpcError the server's error response
   * @throws TimeoutError if the server took too long
   * @throws StateRefusedError if the server no longer accepts the state of the call
   * @throws InvalidResponseError if the server broke the protocol
   * @throws RondoError `transport_failed`, `cancelled`, `too_many_rounds`, `no_handler`,
   *   `invalid_answer`, `invalid_options`; what a handler throws
   */
  async callTool<S extends StandardSchema>(
    name: string,
    args: JsonObject,
    options: TypedCallOptions<S>,
  ): Promise<CallToolResult & { structuredContent?: Infer<S> }>;
  async callTool(name: string, args?: JsonObject, options?: CallOptions): Promise<CallToolResult>;
  async callTool(
    name: string,
    args: JsonObject = {},
    options: CallOptions & { readonly outputSchema?: StandardSchema } = {},
  ): Promise<CallToolResult> {
    const stepper = await this.#run(Method.callTool, { name, arguments: args }, options);
    const result = stepper.result as CallToolResult;
    await this.#tools.check(name, result);
    if (options.outputSchema === undefined || result.isError) return result;
    return {
      ...result,
      structuredContent: await assertFits(options.outputSchema, result.structuredContent),
    };
  }

  /** Gets a prompt's messages. @throws as {@link callTool} */
  async getPrompt(
    name: string,
    args: Record<string, string> = {},
    options: CallOptions = {},
  ): Promise<GetPromptResult> {
    const stepper = await this.#run(Method.getPrompt, { name, arguments: args }, options);
    return stepper.result as GetPromptResult;
  }

  /**
   * Reads a resource. Results that depended on answers are never cached.
   *
   * @throws as {@link callTool}
   */
  async readResource(uri: string, options: CallOptions = {}): Promise<ReadResourceResult> {
    const read = async (): Promise<UnknownRecord> => {
      const stepper = await this.#run(Method.readResource, { uri }, options);
      return stepper.round === 1 ? stepper.result! : { ...stepper.result, ttlMs: 0 };
    };
    return (await this.#cache.use(Method.readResource, uri, options, read)) as ReadResourceResult;
  }

  /** The server's capabilities and instructions. @throws as {@link callTool} */
  async discover(options: CallOptions = {}): Promise<DiscoverResult> {
    const discover = (): Promise<UnknownRecord> => this.#once(Method.discover, {}, options);
    return (await this.#cache.use(Method.discover, '', options, discover)) as DiscoverResult;
  }

  /**
   * All tools, except those with invalid `x-mcp-header` annotations, which clients must not use.
   *
   * @throws as {@link callTool}
   */
  async listTools(options: CallOptions = {}): Promise<Tool[]> {
    return this.#tools.learn(await this.#list<Tool>(Method.listTools, 'tools', options));
  }

  /** All prompts. @throws as {@link callTool} */
  async listPrompts(options: CallOptions = {}): Promise<Prompt[]> {
    return this.#list(Method.listPrompts, 'prompts', options);
  }

  /** All resources. @throws as {@link callTool} */
  async listResources(options: CallOptions = {}): Promise<Resource[]> {
    return this.#list(Method.listResources, 'resources', options);
  }

  /** All resource templates. @throws as {@link callTool} */
  async listResourceTemplates(options: CallOptions = {}): Promise<ResourceTemplateInfo[]> {
    return this.#list(Method.listResourceTemplates, 'resourceTemplates', options);
  }

  /**
   * Suggests values for an argument of a prompt or a resource template. @throws as {@link callTool}
   */
  async complete(
    params: CompletionParams,
    options: CallOptions = {},
  ): Promise<CompleteResult['completion']> {
    const result = await this.#once(Method.complete, { ...params }, options);
    return (result as CompleteResult).completion;
  }

  /**
   * Listens for changes. Resolves when the server has acknowledged the subscription. Cached results
   * that have changed are deleted. A lost connection is opened again, until the subscription is
   * closed, its signal aborts, or the iteration is left.
   *
   * @throws as {@link callTool}
   * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
   */
  listen(
    filter: SubscriptionFilter,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Subscription> {
    const listen: Listen = (signal, onChange) =>
      listenOnce(this.#caller, filter, this.#timeout, signal, onChange);
    return Subscription.open(listen, {
      ...options,
      logger: this.#logger,
      beforeChange: (change) => this.#forget(change, filter),
    });
  }

  /** Begins a flow that you advance round by round. Nothing is sent yet. */
  start<M extends AskingMethod>(method: M, params: FlowParams[M]): Stepper {
    return this.#stepper(begin(method, params as unknown as JsonObject, this.#maxRounds));
  }

  /**
   * Continues a flow from the snapshot that its stepper's `toJSON()` returned, in any process. If
   * the reply to the last request was lost, the same request is sent again.
   *
   * @throws RondoError `invalid_options` for a value that is not a snapshot
   */
  resume(flow: FlowSnapshot): Stepper {
    assertSnapshot(flow);
    return this.#stepper(flow);
  }

  /**
   * Closes the connection: requests in flight fail. A server that was started as a program is
   * ended.
   */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #stepper(flow: FlowSnapshot): Stepper {
    return new Stepper(flow, this.#declared, (method, params, options) =>
      this.#sender.send(method, params, options),
    );
  }

  /** Runs a new flow to its end. */
  async #run<M extends AskingMethod>(
    method: M,
    params: FlowParams[M],
    options: CallOptions,
  ): Promise<Stepper> {
    const stepper = this.start(method, params);
    const signal = options.signal ?? new AbortController().signal;
    const answer = (): Promise<void> => answerStepper(stepper, signal, this.#answering);
    await drive(stepper, { answer, send: () => stepper.advance(options) }, signal);
    return stepper;
  }

  async #list<T>(method: string, member: string, options: CallOptions): Promise<T[]> {
    const load = (): Promise<UnknownRecord> =>
      allPages(member, (params) => this.#once(method, params, options));
    const result = await this.#cache.use(method, '', options, load);
    return result[member] as T[];
  }

  async #forget(change: Change, filter: SubscriptionFilter): Promise<void> {
    switch (change.type) {
      case 'toolsListChanged':
        return this.#cache.forget(Method.listTools);
      case 'promptsListChanged':
        return this.#cache.forget(Method.listPrompts);
      case 'resourcesListChanged':
        await this.#cache.forget(Method.listResources);
        return this.#cache.forget(Method.listResourceTemplates);
      case 'resourceUpdated':
        return this.#cache.forget(Method.readResource, change.uri);
      case 'reconnected':
        for (const missed of changesIn(filter)) await this.#forget(missed, filter);
    }
  }

  /** Sends a request whose response may not ask (MC-15). */
  async #once(method: string, params: UnknownRecord, options: CallOptions): Promise<UnknownRecord> {
    const result = await this.#sender.send(method, params, options);
    if (typeOf(result) === 'complete') {
      assertShape(method, result);
      return result;
    }
    throw new InvalidResponseError(`it sent a question in answer to ${method}`);
  }
}

/** Calls the caller's `onRefused`; what it throws is logged. */
function safeOnRefused(
  { onRefused }: ClientOptions,
  logger: Logger,
): AnsweringOptions['onRefused'] {
  return (event) =>
    notifyListener(
      () => onRefused?.(event),
      (error) => logger.warn(`onRefused failed: ${messageOf(error)}`),
    );
}
