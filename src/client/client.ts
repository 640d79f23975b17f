import type { Resource } from '../protocol/types/content.ts';
import { readOptions } from '../base/options/options.ts';
import type { UnknownRecord } from '../base/json/json.ts';
import { type AskingMethod, Method } from '../protocol/names/methods.ts';
import type {
  CallToolResult,
  CompleteResult,
  DiscoverResult,
  GetPromptResult,
  Prompt,
  ReadResourceResult,
  ResourceTemplateInfo,
  SubscriptionFilter,
} from '../protocol/results.ts';
import type { Tool } from '../protocol/types/tool.ts';
import type { Infer, StandardSchema } from '../schema/standard.ts';
import { ResponseCache } from './calls/cache.ts';
import { OpenCalls } from './calls/open-calls.ts';
import {
  type AnyCallOptions,
  type BoundOptions,
  CALL_OPTIONS,
  type CallOptions,
  LISTEN_OPTIONS,
  type ListenOptions,
  type TypedCallOptions,
} from './calls/call-options.ts';
import { listenOnce } from './listening/stream.ts';
import { CLIENT_OPTIONS, type ClientOptions } from './options.ts';
import { allPages } from './calls/paging.ts';
import { RepairingSender } from './calls/repairing-sender.ts';
import { sendable } from './calls/sendable.ts';
import { type FlowSnapshot, begin, completeResult } from './flows/snapshot.ts';
import { runFlow } from './flows/run-flow.ts';
import { assertSnapshot } from './flows/stored-flow.ts';
import { ClientTask } from './flows/client-task.ts';
import { Stepper, type StepperClient } from './flows/stepper.ts';
import { flowOfTask } from './flows/task-of-flow.ts';
import { type Listen, Subscription } from './listening/subscription.ts';
import type { WatchedTask } from './listening/watched-task.ts';
import { KnownTools } from './calls/known-tools.ts';
import { type ClientTracing, traceCall } from './calls/tracing.ts';
import { contentConverter } from './calls/structured-content.ts';
import { assertFilter } from './listening/asked-filter.ts';
import { outdatedBy } from './listening/outdated.ts';
import type { CompletionParams, FlowParams, PromptArguments } from './params.ts';
import { type Connection, connectionTo } from './connection.ts';
import { type Target, identityOf } from './target.ts';

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
  readonly #connection: Connection;
  readonly #calls = new OpenCalls();
  readonly #sender: RepairingSender;
  readonly #tools: KnownTools;
  readonly #cache: ResponseCache;
  readonly #maxRounds: number | undefined;
  readonly #tracing: ClientTracing | undefined;
  #closing: Promise<void> | undefined;

  /** @throws RondoError `invalid_options` */
  constructor(target: Target, given: ClientOptions) {
    const options = readOptions(CLIENT_OPTIONS, given);
    this.#connection = connectionTo(target, options);
    this.#maxRounds = options.maxRounds;
    this.#tracing = options.tracing;
    this.#tools = new KnownTools(this.#connection.transport.hasHeaders, this.#connection.logger);
    this.#sender = new RepairingSender(this.#connection.caller, this.#tools, (again) =>
      this.listTools(again),
    );
    this.#cache = new ResponseCache(identityOf(target), options.cache, this.#connection.logger);
  }

  /**
   * Calls a tool. A failure inside the tool is a result with `isError`, not an exception. The
   * arguments are an object that has a JSON form.
   *
   * With `outputSchema`, the structured content of a result without `isError` is validated and
   * converted by it. The tool's own output schema is checked too, once `listTools` has been called.
   *
   * @throws RpcError the server's error response
   * @throws TimeoutError if the server took too long
   * @throws StateRefusedError if the server no longer accepts the state of the call
   * @throws InvalidResponseError if the server broke the protocol
   * @throws RondoError `transport_failed`, `cancelled`, `closed`, `too_many_rounds`, `no_handler`,
   *   `invalid_answer`, `invalid_options`; what a handler throws
   */
  async callTool<S extends StandardSchema>(
    name: string,
    args: object,
    options: TypedCallOptions<S>,
  ): Promise<CallToolResult & { structuredContent?: Infer<S> }>;
  async callTool(name: string, args?: object, options?: CallOptions): Promise<CallToolResult>;
  async callTool(
    name: string,
    args: object = {},
    options: AnyCallOptions = {},
  ): Promise<CallToolResult> {
    return this.#call(Method.callTool, options, async (bound) => {
      const { outputSchema } = bound;
      const convert = outputSchema && (await contentConverter(outputSchema));
      const stepper = await this.#run(Method.callTool, { name, arguments: args }, bound);
      const result = stepper.result as CallToolResult;
      await this.#tools.check(name, result);
      if (convert === undefined || result.isError) return result;
      return { ...result, structuredContent: await convert(result.structuredContent) };
    });
  }

  /** Gets a prompt's messages. @throws as {@link callTool} */
  async getPrompt<A extends object>(
    name: string,
    args: PromptArguments<A> = {} as PromptArguments<A>,
    options: CallOptions = {},
  ): Promise<GetPromptResult> {
    return this.#call(Method.getPrompt, options, async (bound) => {
      const { result } = await this.#run(Method.getPrompt, { name, arguments: args }, bound);
      return result as GetPromptResult;
    });
  }

  /**
   * Reads a resource. Results that depended on answers are never cached.
   *
   * @throws as {@link callTool}
   */
  async readResource(uri: string, options: CallOptions = {}): Promise<ReadResourceResult> {
    const result = await this.#cached(Method.readResource, uri, options, async (bound) => {
      const stepper = await this.#run(Method.readResource, { uri }, bound);
      return stepper.round === 1 ? stepper.result! : { ...stepper.result, ttlMs: 0 };
    });
    return result as ReadResourceResult;
  }

  /** The server's capabilities and instructions. @throws as {@link callTool} */
  async discover(options: CallOptions = {}): Promise<DiscoverResult> {
    const result = await this.#cached(Method.discover, '', options, (bound) =>
      this.#once(Method.discover, {}, bound),
    );
    return result as DiscoverResult;
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
    const result = await this.#call(Method.complete, options, (bound) =>
      this.#once(Method.complete, { ...sendable(Method.complete, params) }, bound),
    );
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
  async listen(filter: SubscriptionFilter, options: ListenOptions = {}): Promise<Subscription> {
    const { signal } = readOptions(LISTEN_OPTIONS, options);
    assertFilter(filter);
    const wanted = sendable(Method.listen, filter);
    const listen: Listen = (until, onChange) =>
      listenOnce(this.#connection.caller, wanted, this.#connection.timeout, until, onChange);
    const call = this.#calls.begin(Method.listen, signal);
    return Subscription.open(listen, {
      signal: call.signal,
      logger: this.#connection.logger,
      beforeChange: (change) => this.#cache.forgetAll(outdatedBy(change, wanted)),
      onEnd: () => call.end(),
    });
  }

  /** Begins a flow that you advance round by round. Nothing is sent yet. */
  start<M extends AskingMethod>(method: M, params: FlowParams[M]): Stepper {
    return this.#stepper(begin(method, params, this.#maxRounds));
  }

  /**
   * Continues a flow from the snapshot that its stepper's `toJSON()` returned, in any process. If
   * the reply to the last request was lost, the same request is sent again.
   *
   * @throws RondoError `invalid_options` for a value that is not a snapshot
   */
  resume(flow: FlowSnapshot): Stepper {
    assertSnapshot(flow, this.#connection.declared);
    if (flow.round > 0) this.#connection.transport.recall?.();
    return this.#stepper(flow);
  }

  /**
   * A task by its id, also one that another process has begun. Nothing is sent yet.
   *
   * @throws RondoError `invalid_options` for what is no id
   */
  task(taskId: string): ClientTask {
    const flow = flowOfTask(taskId);
    return new ClientTask(taskId, {
      send: (method, params, options) =>
        this.#call(method, options, (bound) => this.#once(method, params, bound)),
      follow: () => this.#stepper(flow),
    });
  }

  /**
   * Ends all that is under way, and the connection: calls reject with `closed`, the signals of
   * handlers abort, subscriptions end, and a server that was started as a program is ended. Later
   * calls reject with `closed`.
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#calls.close();
    this.#connection.tasks.close();
    await this.#connection.transport.close();
  }

  async #call<T>(
    method: string,
    options: AnyCallOptions,
    work: (bound: BoundOptions) => Promise<T>,
  ): Promise<T> {
    const read = readOptions(CALL_OPTIONS, options);
    return this.#calls.run(method, read.signal, (signal) => work({ ...read, signal }));
  }

  /** Runs a call whose result may be in the cache. */
  #cached(
    method: string,
    param: string,
    options: CallOptions,
    load: (bound: BoundOptions) => Promise<UnknownRecord>,
  ): Promise<UnknownRecord> {
    return this.#call(method, options, (bound) =>
      this.#cache.use(method, param, bound, () => load(bound)),
    );
  }

  /** @param send Default: each round is a call, for a caller who may do other things in between */
  #stepper(
    flow: FlowSnapshot,
    send: StepperClient['send'] = (method, params, options) =>
      this.#call(method, options, (bound) => this.#sender.send(method, params, bound)),
  ): Stepper {
    const watch = (taskId: string): WatchedTask => this.#connection.tasks.watch(taskId);
    return new Stepper(flow, this.#connection.declared, {
      connection: this.#connection.transport,
      send,
      watch,
      warn: (message) => this.#connection.logger.warn(message),
    });
  }

  /** Runs a new flow to its end, within a call. */
  async #run<M extends AskingMethod>(
    method: M,
    params: FlowParams[M],
    bound: BoundOptions,
  ): Promise<Stepper> {
    const flow = begin(method, params, this.#maxRounds);
    const stepper = this.#stepper(flow, (...round) => this.#sender.send(...round));
    const run = (): Promise<void> =>
      runFlow(stepper, {
        options: bound,
        answering: this.#connection.answering,
        sender: this.#sender,
        logger: this.#connection.logger,
        isClosed: () => this.#closing !== undefined,
      });
    if (this.#tracing === undefined) await run();
    else await traceCall(this.#tracing, method, params, () => run().then(() => stepper.result));
    return stepper;
  }

  async #list<T>(method: string, member: string, options: CallOptions): Promise<T[]> {
    const result = await this.#cached(method, '', options, (bound) =>
      allPages(
        member,
        (params) => this.#once(method, params, bound),
        (count) =>
          this.#connection.logger.warn(
            `${count} of the ${member} are left out: they are not objects.`,
          ),
      ),
    );
    return result[member] as T[];
  }

  /** Sends a request whose response may not ask (MC-15). */
  async #once(method: string, params: UnknownRecord, options: CallOptions): Promise<UnknownRecord> {
    return completeResult(method, await this.#sender.send(method, params, options));
  }
}
