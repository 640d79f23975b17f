import { fetchHandler } from '../http/serving/fetch.ts';
import type { FetchHandler } from '../http/platform-arguments.ts';
import { protectionOf } from '../http/protection.ts';
import { type HttpPolicy, resolveHttpPolicy } from '../http/policy.ts';
import type { Dispatcher, Exchange, Reply, Working } from '../protocol/dispatcher.ts';
import { RondoError, invalidOptions } from '../base/errors.ts';
import { type UnknownRecord, isRecord } from '../base/json/json.ts';
import { misspelt } from '../base/options/nearest.ts';
import { nameText, positive, timer } from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import type { JsonRpcRequest } from '../protocol/types/jsonrpc.ts';
import type { Implementation } from '../protocol/results.ts';
import { LegacyServer } from '../legacy/legacy-server.ts';
import type { LegacyPort } from '../protocol/legacy-port.ts';
import type { AuthorSchema } from '../schema/standard.ts';
import { Catalogue } from './catalogue.ts';
import { withExtensions } from './extend.ts';
import type { Extensions } from './extensions.ts';
import { serverPort } from './played-round.ts';
import { FlowRunner } from './flows/flow-runner.ts';
import { type ServerOptions, readServerOptions, resolveOptions } from './options.ts';
import type { PromptCallback, PromptConfig, RegisteredPrompt } from './prompts/prompt.ts';
import type { ResourceTemplate } from './resources/resource-template.ts';
import type {
  ReadResourceCallback,
  ReadResourceTemplateCallback,
  RegisteredResource,
  RegisteredResourceTemplate,
  ResourceConfig,
} from './resources/resource.ts';
import { normalUri } from './resources/normal-uri.ts';
import { ResultWriter } from './requests/result-writer.ts';
import { Router } from './router.ts';
import { routesOf } from './routes.ts';
import { ScopeCheck } from './scopes/scope-check.ts';
import { scopesExtension } from './scopes/extension.ts';
import { RequestStates } from './flows/request-states.ts';
import type { SealedRelay } from '../state/sealed-relay.ts';
import { systemScheduler } from './requests/runtime.ts';
import { sealedRelay, setupState } from './state-setup.ts';
import { ChangeRelay } from './listening/change-relay.ts';
import { Subscriptions } from './listening/subscriptions.ts';
import { unboundWarning } from './unbound-warning.ts';
import type { AnyToolCallback, RegisteredTool, ToolCallback, ToolConfig } from './tools/tool.ts';

/** See {@link McpServer.runTasks}. */
export interface RunTasksOptions {
  /** How long to work, in ms. */
  readonly for: number;
  /** How many tasks at once. Default 10. */
  readonly concurrency?: number;
}

const RUN_TASKS_OPTIONS: OptionSet<RunTasksOptions> = {
  of: 'runTasks()',
  table: { for: timer, concurrency: positive },
};

const SERVER_INFO = ['name', 'version', 'title', 'description', 'websiteUrl', 'icons'];

function assertServerInfo(given: unknown): void {
  const info: UnknownRecord = isRecord(given) ? given : {};
  const slip = misspelt(info, SERVER_INFO);
  if (slip !== undefined) {
    throw invalidOptions(`A server's '${slip[0]}' is not known. Did you mean '${slip[1]}'?`);
  }
  const { name, version } = info;
  if (![name, version].every((text) => typeof text === 'string' && text !== '')) {
    throw invalidOptions('A server needs a name and a version: new McpServer({ name, version }).');
  }
  for (const [member, text] of Object.entries({ name, version })) {
    const problem = nameText(text);
    if (problem !== undefined) throw invalidOptions(`The ${member} of a server ${problem}.`);
  }
}

/**
 * An MCP server, revision 2026-07-28. Register tools, prompts and resources, then serve it: with
 * `fetch` on any web platform, with `serve` of `mcp-rondo/node`, or with `serveStdio` of
 * `mcp-rondo/stdio`. It keeps no data between requests.
 *
 * @example
 * ```ts
 * import { McpServer } from 'mcp-rondo';
 * import * as z from 'zod';
 *
 * const server = new McpServer({ name: 'files', version: '1.0.0' });
 * const Path = z.object({ path: z.string() });
 *
 * server.registerTool('delete', { inputSchema: Path }, async ({ path }, ctx) => {
 *   if (!(await ctx.confirm('sure', `Delete ${path}?`))) return 'Nothing deleted.';
 *   return ctx.step('delete', () => `Deleted ${path}.`);
 * });
 *
 * export default { fetch: server.fetch };
 * ```
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 */
export class McpServer implements Dispatcher {
  readonly serverInfo: Implementation;
  /** @internal */
  readonly httpPolicy: HttpPolicy;
  /** Whether it must be reachable from this machine only, because its state is not protected. */
  readonly loopbackOnly: boolean;
  /**
   * Serves a web `Request`: one POST is one message. It is bound to the server, so platforms can be
   * given it as it is. If a middleware has verified the caller, pass `{ principal }` as well.
   *
   * Rejects with RondoError `invalid_options` for options that cannot be used, and for a server
   * with unprotected state.
   */
  readonly fetch: FetchHandler;
  /** @internal */
  readonly legacy?: LegacyPort;
  readonly #catalogue: Catalogue;
  readonly #subscriptions: Subscriptions;
  readonly #router: Router;
  readonly #extended: Extensions | undefined;

  /** @throws RondoError `invalid_options` */
  constructor(serverInfo: Implementation, given: ServerOptions = {}) {
    const options = readServerOptions(given);
    assertServerInfo(serverInfo);
    const own = resolveOptions(serverInfo.name, options);
    const { logger } = own;
    const state = setupState(options.state ?? {}, own);
    const scopes = new ScopeCheck(protectionOf(options.http?.authenticate), logger);
    const resolved = withExtensions(options, own, state, scopesExtension(scopes));
    const writer = new ResultWriter(serverInfo);
    this.serverInfo = serverInfo;
    this.httpPolicy = resolveHttpPolicy(logger, options.http, options.legacy !== false);
    this.loopbackOnly = state.isPlaintext;
    if (state.isPlaintext && this.httpPolicy.authenticate) {
      throw invalidOptions(
        "http.authenticate needs protected state. Remove state.protection: 'unsafe-plaintext'.",
      );
    }
    const relay = (): SealedRelay | undefined =>
      options.relay && sealedRelay(options.relay, state, resolved);
    const changes = relay();
    this.#subscriptions = new Subscriptions({
      writer,
      maxStreams: resolved.maxStreams,
      fields: resolved.extended?.listenFields ?? [],
      logger,
      normalUri: (uri) => normalUri(uri) ?? uri,
      relay: changes && new ChangeRelay(changes),
    });
    this.#catalogue = new Catalogue(resolved, writer, (kind) =>
      this.#subscriptions.listChanged(kind),
    );
    const states = new RequestStates({
      stateSeal: state.stateSeal,
      audience: resolved.audience,
      flowTtl: resolved.flowTtl,
      large: resolved.extended?.journals,
      now: resolved.now,
      onUnbound: unboundWarning(logger),
      onRefused: (check, { method, target }) =>
        resolved.onRefused({ type: 'state_refused', check, method, target }),
    });
    const runner = new FlowRunner({
      states,
      scheduler: { ...systemScheduler, now: resolved.now },
      maxRounds: resolved.maxRounds,
      logger,
      emit: resolved.emit,
      contextMembers: resolved.extended?.contextMembers ?? {},
    });
    const routes = routesOf({
      catalogue: this.#catalogue,
      runner,
      writer,
      subscriptions: this.#subscriptions,
      options: resolved,
      scopes,
    });
    this.#router = new Router({ ...resolved, routes });
    if (options.legacy !== false) {
      this.legacy = new LegacyServer({
        ...options.legacy,
        dispatch: (request, exchange) => this.#router.dispatch(request, exchange),
        isWrapped: (tool) => this.#catalogue.isOutputWrapped(tool),
        serverInfo,
        sealerFor: state.sealerFor,
        audience: resolved.audience,
        relay: relay(),
        stateTtl: resolved.stateTtl,
        roundTimeout: resolved.flowLimits.roundTimeout,
        logger,
        now: resolved.now,
        atEndOfTurn: (fn) => void systemScheduler.turn(fn),
      });
    }
    this.fetch = fetchHandler(this, this.httpPolicy);
    this.#extended = resolved.extended;
    this.#extended?.start(
      serverPort({ catalogue: this.#catalogue, runner, writer, logger, scopes }),
    );
  }

  /**
   * Registers a tool.
   *
   * @param config its description and schemas as in the official SDK, and how its flows are served
   * @param callback `(args, ctx)`, or `(ctx)` without an input schema
   * @throws RondoError `invalid_options`, `invalid_schema`
   * @see https://modelcontextprotocol.io/specification/2026-07-28/server/tools
   */
  registerTool<
    const In extends AuthorSchema | undefined = undefined,
    const Out extends AuthorSchema | undefined = undefined,
  >(name: string, config: ToolConfig<In, Out>, callback: ToolCallback<In, Out>): RegisteredTool {
    return this.#catalogue.addTool(name, config as ToolConfig, callback as AnyToolCallback);
  }

  /**
   * Registers a prompt.
   *
   * @param callback `(args, ctx)`, or `(ctx)` without an arguments schema
   * @throws RondoError `invalid_options`, `invalid_schema`
   * @see https://modelcontextprotocol.io/specification/2026-07-28/server/prompts
   */
  registerPrompt<const Args extends AuthorSchema | undefined = undefined>(
    name: string,
    config: PromptConfig<Args>,
    callback: PromptCallback<Args>,
  ): RegisteredPrompt {
    return this.#catalogue.addPrompt(name, config as PromptConfig, callback as AnyToolCallback);
  }

  /**
   * Registers a resource with one URI, or a template for many.
   *
   * @param callback `(uri, ctx)`, or `(uri, variables, ctx)` for a template
   * @throws RondoError `invalid_options`
   * @see https://modelcontextprotocol.io/specification/2026-07-28/server/resources
   */
  registerResource(
    name: string,
    uri: string,
    config: ResourceConfig,
    callback: ReadResourceCallback,
  ): RegisteredResource;
  registerResource(
    name: string,
    template: ResourceTemplate,
    config: ResourceConfig,
    callback: ReadResourceTemplateCallback,
  ): RegisteredResourceTemplate;
  registerResource(
    name: string,
    uriOrTemplate: string | ResourceTemplate,
    config: ResourceConfig,
    callback: ReadResourceCallback | ReadResourceTemplateCallback,
  ): RegisteredResource | RegisteredResourceTemplate {
    if (typeof uriOrTemplate === 'string') {
      const read = callback as ReadResourceCallback;
      return this.#catalogue.addResource({ name, uri: uriOrTemplate }, config, read);
    }
    const read = callback as ReadResourceTemplateCallback;
    return this.#catalogue.addTemplate({ name, template: uriOrTemplate }, config, read);
  }

  /** Notifies listening clients that the tools have changed. Registering and updating do it too. */
  sendToolListChanged(): void {
    this.#catalogue.tools.changed();
    this.#subscriptions.publish('tools');
  }

  /** Notifies listening clients that the prompts have changed. */
  sendPromptListChanged(): void {
    this.#catalogue.prompts.changed();
    this.#subscriptions.publish('prompts');
  }

  /** Notifies listening clients that the list of resources has changed. */
  sendResourceListChanged(): void {
    this.#catalogue.resources.changed();
    this.#subscriptions.publish('resources');
  }

  /** Notifies clients that are subscribed to a resource that its content has changed. */
  sendResourceUpdated({ uri }: { uri: string }): void {
    this.#subscriptions.resourceUpdated(uri);
  }

  /**
   * Whether something is registered that only callers with scopes may use.
   *
   * @internal
   */
  get needsCallers(): boolean {
    return this.#catalogue.hasScopes;
  }

  /**
   * Serves one message that a transport has parsed. Never rejects.
   *
   * @internal
   */
  dispatch(request: JsonRpcRequest, exchange: Exchange): Promise<Reply> {
    return this.#router.dispatch(request, exchange);
  }

  /**
   * Works tasks that are due, for platforms without a process of one's own: calls it from a timer.
   * Needs a store that has tasks.
   *
   * @param options `for`: how long, in ms; steps are begun in the first four fifths of it only.
   *   `concurrency`: how many tasks at once, by default 10
   * @returns how many tasks it has run, and how many are due still
   * @throws RondoError `needs_store`, `invalid_options`
   */
  async runTasks(
    options: RunTasksOptions,
  ): Promise<{ readonly ran: number; readonly due: number }> {
    const { for: ms, concurrency = 10 } = readOptions(RUN_TASKS_OPTIONS, options);
    if (ms === undefined) throw invalidOptions("runTasks() needs 'for': how long to work, in ms.");
    const { work } = this.#extended ?? {};
    if (work === undefined) throw new RondoError('needs_store', 'runTasks() needs a store.');
    return work.run(ms, concurrency);
  }

  /**
   * Works in the background, if its store has anything to work on.
   *
   * @internal
   */
  work(concurrency: number): Working | undefined {
    return this.#extended?.work?.start(concurrency);
  }

  /**
   * Ends all listen streams with their results, because the server shuts down. Resolves when what goes
   * on without requests has ended too.
   */
  async close(): Promise<void> {
    this.#subscriptions.close();
    this.legacy?.close();
    await this.#extended?.close();
  }
}
