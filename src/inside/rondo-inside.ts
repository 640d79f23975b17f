import { decodeBase64 } from '../base/base64.ts';
import { invalidOptions } from '../base/errors.ts';
import { isRecord } from '../base/json/json.ts';
import { type Logger, safeLogger, stderrLogger } from '../base/logging/logger.ts';
import { allOf, callable, having, nameText, nonEmptyText } from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import type { ClientCapabilities } from '../protocol/capabilities.ts';
import { MetaKey } from '../protocol/names/meta.ts';
import type { Principal } from '../protocol/principal.ts';
import type { Infer, StandardSchema } from '../schema/standard.ts';
import type { Context } from '../server/flows/context.ts';
import { STATE_OPTIONS, type StateOptions } from '../server/options.ts';
import { McpServer } from '../server/server.ts';
import { sha256 } from '../state/crypto.ts';
import { InsideCalls } from './inside-call.ts';
import { type CallerOf, callerBy } from './inside-caller.ts';
import type { OfficialContext, OfficialServer, VerifyingContext } from './official.ts';

/** Options of {@link rondoInside}. */
export interface RondoInsideOptions {
  /** How request state is protected. All instances need the same keys. Default: see {@link StateOptions}. */
  readonly state?: StateOptions;
  /**
   * The verified caller, from the context of the official server (`ctx.http.authInfo`). Default: every
   * caller is anonymous.
   */
  readonly principal?: (ctx: never) => Principal | undefined;
  /** The servers that accept each other's states. Default `mcp-rondo/inside`. */
  readonly audience?: string;
  /** Where is logged to. Default: warnings and errors to stderr. */
  readonly logger?: Logger;
}

const OPTIONS: OptionSet<RondoInsideOptions> = {
  of: 'rondoInside()',
  table: {
    state: STATE_OPTIONS,
    principal: callable,
    audience: allOf(nonEmptyText, nameText),
    logger: having('debug', 'info', 'warn', 'error'),
  },
};

/** What a flow has beside the official config. */
export interface InsideFlow {
  /** The version of the handler. A flow of another version is refused. Default: none. */
  readonly version?: string;
  /** Older versions whose flows the handler can continue. Default: none. */
  readonly accepts?: readonly string[];
  /** What the client must be able to answer. Default: the first question that it cannot, fails. */
  readonly requires?: ClientCapabilities;
}

/** A callback with the arguments that its schema has parsed, or without. */
// Asks for `undefined` first: in projects that are not strict, it extends a schema too.
export type InsideCallback<S> = S extends undefined
  ? (ctx: Context) => unknown
  : (args: Infer<S>, ctx: Context) => unknown;

/** Flows inside official servers. Make one for all servers of the process. */
export class RondoInside {
  readonly #hidden: McpServer;
  readonly #calls = new InsideCalls();
  readonly #flows = new Map<string, string>();
  readonly #callerOf: CallerOf;

  /** @internal Made by `rondoInside`. */
  constructor(given: RondoInsideOptions) {
    const { principal, audience = 'mcp-rondo/inside', ...more } = readOptions(OPTIONS, given);
    this.#hidden = new McpServer({ name: 'mcp-rondo/inside', version: '1' }, { audience, ...more });
    const logger = safeLogger(more.logger ?? stderrLogger);
    this.#callerOf = callerBy(principal ?? (() => undefined), logger);
  }

  /**
   * Registers a tool with the official server, whose callback is a flow.
   *
   * @param config the official config, and what the flow has beside it
   * @throws RondoError `invalid_options`; what the official server throws
   */
  registerTool<Server extends OfficialServer, S extends StandardSchema | undefined = undefined>(
    server: Server,
    name: string,
    config: InsideFlow & { readonly inputSchema?: S; readonly [member: string]: unknown },
    callback: InsideCallback<S>,
  ): ReturnType<Server['registerTool']> {
    const { flow, official } = split(config);
    const hidden = this.#hide(`tool ${name}`, flow);
    const run = (args: object, ctx: OfficialContext): Promise<unknown> =>
      this.#run(server, hidden, args, ctx, (ours) => resultOf(callback, args, ours, official));
    const registered = official['inputSchema'] === undefined ? withoutArguments(run) : run;
    return call(server, 'registerTool', name, official, registered) as never;
  }

  /** Registers a prompt, as {@link registerTool} registers a tool. @throws as there */
  registerPrompt<Server extends OfficialServer, S extends StandardSchema | undefined = undefined>(
    server: Server,
    name: string,
    config: InsideFlow & { readonly argsSchema?: S; readonly [member: string]: unknown },
    callback: InsideCallback<S>,
  ): ReturnType<Server['registerPrompt']> {
    const { flow, official } = split(config);
    const hidden = this.#hide(`prompt ${name}`, flow);
    const hasArguments = official['argsSchema'] !== undefined;
    const run = (args: object, ctx: OfficialContext): Promise<unknown> =>
      this.#run(server, hidden, args, ctx, (ours) =>
        hasArguments
          ? (callback as (args: object, ctx: Context) => unknown)(args, ours)
          : (callback as (ctx: Context) => unknown)(ours),
      );
    return call(
      server,
      'registerPrompt',
      name,
      official,
      hasArguments ? run : withoutArguments(run),
    ) as never;
  }

  /**
   * Registers a resource or a template.
   *
   * @param uriOrTemplate a URI, or a `ResourceTemplate` of the official package
   * @param callback `(uri, ctx)`, or `(uri, variables, ctx)` for a template
   * @throws as {@link registerTool}
   */
  registerResource<Server extends OfficialServer, Where extends string | object>(
    server: Server,
    name: string,
    uriOrTemplate: Where,
    config: InsideFlow & { readonly [member: string]: unknown },
    callback: Where extends string
      ? (uri: URL, ctx: Context) => unknown
      : (uri: URL, variables: Record<string, string | string[]>, ctx: Context) => unknown,
  ): ReturnType<Server['registerResource']> {
    const { flow, official } = split(config);
    const hidden = this.#hide(`resource ${name}`, flow);
    const read = callback as (...args: unknown[]) => unknown;
    const run = (uri: URL, given: readonly object[], ctx: OfficialContext): Promise<unknown> =>
      this.#run(server, hidden, { uri: uri.href, given }, ctx, (ours) => read(uri, ...given, ours));
    const registered =
      typeof uriOrTemplate === 'string'
        ? (uri: URL, ctx: OfficialContext) => run(uri, [], ctx)
        : (uri: URL, variables: object, ctx: OfficialContext) => run(uri, [variables], ctx);
    return call(server, 'registerResource', name, uriOrTemplate, official, registered) as never;
  }

  /**
   * For a server that has a codec of its own: pass `requestState: { verify: rondo.verify(codec.verify) }`
   * to it. States of flows pass, to be opened by their flow; all others go to `verify`. To a handler
   * of the server's own, what passes is `null`: nobody has verified it.
   */
  verify<Ctx extends VerifyingContext>(
    verify: (state: string, ctx: Ctx) => unknown,
  ): (state: string, ctx: Ctx) => Promise<unknown> {
    return async (state, ctx) => {
      if (!isOurs(state)) return verify(state, ctx);
      this.#calls.pass(state, ctx);
      return null;
    };
  }

  /** The flow's handler in the hidden server, which all official servers of the process share. */
  #hide(name: string, { version, accepts, requires }: InsideFlow): string {
    const flow = { ...(version !== undefined && { version }), ...(accepts && { accepts }) };
    const config = { ...flow, ...(requires && { requires }) };
    const text = JSON.stringify(config);
    const hidden = hiddenName(name);
    const known = this.#flows.get(hidden);
    if (known === undefined) {
      const inputSchema = { type: 'object' };
      this.#hidden.registerTool(hidden, { inputSchema, ...config }, (_args, ctx) =>
        this.#calls.serve(ctx as Context),
      );
      this.#flows.set(hidden, text);
    } else if (known !== text) {
      throw invalidOptions(`The ${name} is registered already, with another version or needs.`);
    }
    return hidden;
  }

  #run(
    { server }: OfficialServer,
    name: string,
    args: object,
    official: OfficialContext,
    callback: (ctx: Context) => unknown,
  ): Promise<unknown> {
    const envelope: unknown = official.mcpReq.envelope;
    const declared = isRecord(envelope) ? envelope[MetaKey.clientCapabilities] : undefined;
    const capabilities = isRecord(declared) ? declared : (server.getClientCapabilities() ?? {});
    const principal = this.#callerOf(official);
    return this.#calls.run(this.#hidden, {
      name,
      args,
      official,
      capabilities,
      principal,
      callback,
    });
  }
}

/**
 * Flows inside servers of the official SDK (`@modelcontextprotocol/server` 2.4 or newer): its tools,
 * prompts and resources can ask in the middle, with steps and sealed state, and everything else stays
 * as it is. Call it once, and the methods of what it returns wherever a server is made.
 *
 * @example
 * ```ts
 * import { McpServer, createMcpHandler } from '@modelcontextprotocol/server';
 * import { rondoInside } from 'mcp-rondo/inside';
 *
 * const rondo = rondoInside();
 * export const handler = createMcpHandler(() => {
 *   const server = new McpServer({ name: 'files', version: '1.0.0' });
 *   rondo.registerTool(server, 'delete', { description: 'Deletes all' }, async (ctx) =>
 *     (await ctx.confirm('sure', 'Delete all?')) ? 'Deleted.' : 'Nothing deleted.',
 *   );
 *   return server;
 * });
 * ```
 *
 * @throws RondoError `invalid_options`
 */
export function rondoInside(options: RondoInsideOptions = {}): RondoInside {
  return new RondoInside(options);
}

/** States are of one name: no two are the same here, though names may have any characters, and be long. */
function hiddenName(name: string): string {
  return `${name.replaceAll(/[^\w.-]/g, '.').slice(0, 64)}.${sha256(JSON.stringify(name))}`;
}

/** Members of our own registrations, which the official server would ignore without a word. */
const OF_OUR_SERVERS = [
  'scopes',
  'visible',
  'replay',
  'interrupted',
  'idempotencyKey',
  'task',
  'withoutTasks',
  'aliases',
  'stateTtl',
  'roundTimeout',
  'unsolicited',
];

function split({
  version,
  accepts,
  requires,
  ...official
}: InsideFlow & { readonly [member: string]: unknown }): {
  readonly flow: InsideFlow;
  readonly official: Readonly<Record<string, unknown>>;
} {
  const ours = OF_OUR_SERVERS.find((name) => official[name] !== undefined);
  if (ours !== undefined) {
    throw invalidOptions(
      `'${ours}' has an effect in servers of this package only, not inside others.`,
    );
  }
  const flow = { ...(version !== undefined && { version }), ...(accepts && { accepts }) };
  return { flow: { ...flow, ...(requires && { requires }) }, official };
}

/** The result of a tool: a text and a list of content are short for a whole result. */
async function resultOf(
  callback: unknown,
  args: object,
  ctx: Context,
  { inputSchema }: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const value: unknown =
    inputSchema === undefined
      ? await (callback as (ctx: Context) => unknown)(ctx)
      : await (callback as (args: object, ctx: Context) => unknown)(args, ctx);
  if (typeof value === 'string') return { content: [{ type: 'text', text: value }] };
  return Array.isArray(value) ? { content: value as unknown[] } : value;
}

function withoutArguments(
  run: (args: object, ctx: OfficialContext) => Promise<unknown>,
): (ctx: OfficialContext) => Promise<unknown> {
  return (ctx) => run({}, ctx);
}

function call(server: OfficialServer, method: keyof OfficialServer, ...args: unknown[]): unknown {
  if (typeof args.at(-1) !== 'function') {
    throw invalidOptions(`${method}() of rondoInside() needs a callback as its last argument.`);
  }
  return (server[method] as (...given: unknown[]) => unknown).call(server, ...args);
}

/** Sealed states begin with the number of their format, and are at least as long as a seal. */
function isOurs(state: string): boolean {
  const bytes = decodeBase64(state, 'base64url');
  return bytes !== undefined && bytes.length >= 64 && bytes[0] === 1;
}
