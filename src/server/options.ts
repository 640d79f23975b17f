import {
  allOf,
  anyText,
  callable,
  count,
  flag,
  having,
  nameText,
  positive,
  nonEmptyText,
  record,
  timer,
} from '../base/options/option-checks.ts';
import {
  type AnyOptionTable,
  type OptionSet,
  type OptionTable,
  orFalse,
  readOptions,
} from '../base/options/options.ts';
import { DEFAULT_LIMITS, type FlowLimits } from '../flow/round/host.ts';
import { HTTP_OPTIONS, type HttpOptions } from '../http/policy.ts';
import { protectionOf } from '../http/protection.ts';
import { SERVE_OPTIONS } from '../http/serve-options.ts';
import { type JsonObject, isRecord } from '../base/json/json.ts';
import { isExtensionId } from '../protocol/names/meta.ts';
import type { Relay } from '../protocol/types/relay.ts';
import type { CacheHint } from '../protocol/results.ts';
import type { LegacyOptions } from '../legacy/legacy-server.ts';
import type { KeyMaterial } from '../state/key-ring.ts';
import { DEFAULT_MAX_STATE } from '../state/state-seal.ts';
import { madeFor } from '../base/options/made-functions.ts';
import { type Logger, safeLogger, stderrLogger } from '../base/logging/logger.ts';
import { type ServerEventListener, emitterFor } from './events.ts';
import type { TaskOptions } from './extended-options.ts';
import type { Extensions } from './extensions.ts';
import type { ListKind } from './listening/listen-filter.ts';
import { type Guard, type Store, extensionsOf, isGuardOnly } from './store.ts';
import { CACHE_HINT, resolveCacheHint } from './requests/cache-hint.ts';

/** How request state is protected, and how long it is valid. */
export interface StateOptions {
  /**
   * Keys of 32 bytes. The first seals, all open. Default: the keys in the environment variable
   * `RONDO_STATE_KEYS`, separated by commas; without it a random key, whose states no other process
   * can open.
   */
  readonly keys?: readonly KeyMaterial[];
  /**
   * `unsafe-plaintext` turns protection off, for debugging: then the server must not be reachable
   * from other machines, and cannot have `authenticate`. Default: states are encrypted and
   * authenticated.
   */
  readonly protection?: 'unsafe-plaintext';
  /** Longest request state, in characters. Default 32,768. */
  readonly maxLength?: number;
  /** How long a client may take to send the next round, in ms. Default one hour. */
  readonly ttl?: number;
  /** How long a whole flow may take, in ms, counted from its first round. Default 24 hours. */
  readonly flowTtl?: number;
}

/** Limits of flows and streams. */
export interface LimitOptions extends Partial<FlowLimits> {
  /** How many rounds a flow may have. Default 64. */
  readonly rounds?: number;
  /**
   * How many listen streams may be open at once. 0: clients cannot listen, and changes are not
   * advertised; for servers that never change, and for platforms that pay for an open response.
   * Default 1,000.
   */
  readonly listenStreams?: number;
}

/** Methods whose results can have a cache hint of the server's. */
export type CacheableMethod =
  'server/discover' | 'tools/list' | 'prompts/list' | 'resources/list' | 'resources/templates/list';

/** Options of an {@link McpServer}. */
export interface ServerOptions {
  /** How to use this server, written for the client's model. Default: none. */
  readonly instructions?: string;
  /**
   * The servers that accept each other's request states: instances of one service must have the
   * same audience, and two environments with the same keys different ones. Default: the resource that
   * tokens are for, where `http.authenticate` was made by `bearer`; else the server's name.
   */
  readonly audience?: string;
  /** How request state is protected. Default: see {@link StateOptions}. */
  readonly state?: StateOptions;
  /** Limits of flows and streams. Default: see {@link LimitOptions}. */
  readonly limits?: LimitOptions;
  /**
   * How long clients may cache the results of these methods, in ms, and for whom. Default: `ttlMs`
   * 0, they may not; `cacheScope` `public`.
   */
  readonly cacheHints?: Partial<Record<CacheableMethod, Partial<CacheHint>>>;
  /**
   * Whether there is a list of tools although it may be empty. Default: once a tool has been
   * registered.
   */
  readonly tools?: boolean;
  /** The same for prompts: some hosts ask every server for them. Default: once one is registered. */
  readonly prompts?: boolean;
  /** The same for resources. Default: once a resource or a template has been registered. */
  readonly resources?: boolean;
  /**
   * Carries changes of lists and resources to the clients of all instances; without it they reach
   * the clients of this instance. All instances need the same `state.keys` and audience. What is
   * registered in the turn of the event loop in which the server is made is not a change. Default:
   * none.
   */
  readonly relay?: Relay;
  /** How many items one page of a list has. Default 100. */
  readonly pageSize?: number;
  /**
   * Settings of the protocol extensions that this server supports, by identifier. Default: none.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning#extension-negotiation
   */
  readonly extensions?: Record<string, JsonObject>;
  /** How the server is served over HTTP. Default: see {@link HttpOptions}. */
  readonly http?: HttpOptions;
  /** Where the server logs to. Default: warnings and errors to stderr. */
  readonly logger?: Logger;
  /**
   * Called with what happens in flows: rounds that begin and end, steps that have run, answers that
   * were wrong, states that were refused. What a listener throws is logged. Default: nobody listens.
   */
  readonly on?: ServerEventListener | readonly ServerEventListener[];
  /**
   * How clients of earlier revisions are served, which most hosts still are; `false`: they are
   * refused. Default: see {@link LegacyOptions}.
   */
  readonly legacy?: false | LegacyOptions;
  /**
   * Where the server keeps what outlives a round. The server does not close it. Default: nothing
   * is kept.
   */
  readonly store?: Store;
  /**
   * Makes rounds run once, of what is registered with `replay: 'once'`. Default: the store does, if it
   * can.
   */
  readonly guard?: Guard;
  /** How flows go on after their reply, with a store that has tasks. Default: see {@link TaskOptions}. */
  readonly tasks?: TaskOptions;
  /**
   * The clock for the times in request states, in ms since the epoch; for tests. Default
   * `Date.now`.
   */
  readonly now?: () => number;
}

export const STATE_OPTIONS: OptionTable<StateOptions> = {
  // KeyRing checks each key. Messages must not show them.
  keys: (value) => (Array.isArray(value) ? undefined : 'must be an array of keys'),
  protection: (value) =>
    value === 'unsafe-plaintext'
      ? undefined
      : "can only be 'unsafe-plaintext'; sealing is the default",
  maxLength: positive,
  ttl: positive,
  flowTtl: positive,
};

const LIMIT_OPTIONS: OptionTable<LimitOptions> = {
  rounds: positive,
  listenStreams: count,
  roundTimeout: timer,
  orderGrace: timer,
  sendings: positive,
  entries: positive,
};

const CACHE_HINTS: OptionTable<Required<ServerOptions>['cacheHints']> = {
  'server/discover': CACHE_HINT,
  'tools/list': CACHE_HINT,
  'prompts/list': CACHE_HINT,
  'resources/list': CACHE_HINT,
  'resources/templates/list': CACHE_HINT,
};

const LEGACY_OPTIONS: OptionTable<LegacyOptions> = {
  ask: flag,
  askTimeout: timer,
  sessionTtl: positive,
};

const SERVER_OPTIONS: OptionSet<ServerOptions> = {
  of: 'McpServer',
  table: {
    instructions: anyText,
    audience: allOf(nonEmptyText, nameText),
    state: STATE_OPTIONS,
    limits: LIMIT_OPTIONS,
    cacheHints: CACHE_HINTS,
    tools: flag,
    prompts: flag,
    resources: flag,
    relay: having('publish', 'subscribe'),
    pageSize: positive,
    extensions: areExtensions,
    http: HTTP_OPTIONS,
    logger: having('debug', 'info', 'warn', 'error'),
    on: areListeners,
    legacy: orFalse(LEGACY_OPTIONS),
    store: isStore,
    guard: isGuard,
    // Its members are checked by the extension that reads them.
    tasks: record as unknown as OptionTable<TaskOptions>,
    now: callable,
  },
  elsewhere: {
    "in the options of serve() of 'mcp-rondo/node'":
      SERVE_OPTIONS.table as unknown as AnyOptionTable,
  },
  notes: {
    onStateRefused: "It is an event: 'on', type 'state_refused'.",
    capabilities: 'They follow from what is registered; leave it out.',
    requestState: "State is always sealed and checked; leave it out. Its keys are under 'state'.",
    inputRequired: "The limits of flows are under 'limits'.",
    jsonSchemaValidator: 'A validator is built in; leave it out.',
    enforceStrictCapabilities: 'They are always enforced; leave it out.',
    debouncedNotificationMethods: 'Changes in one turn are always sent as one; leave it out.',
    supportedProtocolVersions: 'There is one, 2026-07-28; leave it out.',
    'cacheHints.resources/read': "It belongs to the resource: 'cacheHint' of registerResource.",
  },
};

/** {@link ServerOptions}, checked, with all defaults filled in. */
export interface ResolvedOptions {
  readonly instructions: string | undefined;
  readonly extensions: Record<string, JsonObject> | undefined;
  readonly audience: string;
  readonly maxState: number;
  readonly stateTtl: number;
  readonly flowTtl: number;
  readonly flowLimits: FlowLimits;
  readonly maxRounds: number;
  readonly maxStreams: number;
  readonly offered: Readonly<Record<ListKind, boolean>>;
  readonly pageSize: number;
  readonly logger: Logger;
  /** Calls all who listen to events; `undefined` if nobody does. */
  readonly emit: ServerEventListener | undefined;
  readonly extended: Extensions | undefined;
  readonly now: () => number;
  readonly cacheHintFor: (method: CacheableMethod) => CacheHint;
}

/** @throws RondoError `invalid_options` */
export function readServerOptions(given: ServerOptions): ServerOptions {
  return readOptions(SERVER_OPTIONS, given);
}

/** @param options read by {@link readServerOptions} */
export function resolveOptions(name: string, options: ServerOptions): ResolvedOptions {
  const { state = {}, limits = {}, cacheHints = {} } = options;
  const logger = safeLogger(options.logger ?? stderrLogger);
  return {
    instructions: options.instructions,
    extensions: options.extensions,
    audience: options.audience ?? protectionOf(options.http?.authenticate)?.resource ?? name,
    maxState: state.maxLength ?? DEFAULT_MAX_STATE,
    stateTtl: state.ttl ?? 3_600_000,
    flowTtl: state.flowTtl ?? 86_400_000,
    flowLimits: flowLimits(limits),
    maxRounds: limits.rounds ?? 64,
    maxStreams: limits.listenStreams ?? 1_000,
    offered: {
      tools: options.tools ?? false,
      prompts: options.prompts ?? false,
      resources: options.resources ?? false,
    },
    pageSize: options.pageSize ?? 100,
    logger,
    emit: emitterFor(listenersOf(options), logger),
    extended: undefined,
    now: options.now ?? Date.now,
    cacheHintFor: (method) => resolveCacheHint(cacheHints[method], 'public'),
  };
}

function flowLimits(limits: LimitOptions): FlowLimits {
  const { roundTimeout, orderGrace, sendings, entries } = limits;
  return {
    roundTimeout: roundTimeout ?? DEFAULT_LIMITS.roundTimeout,
    orderGrace: orderGrace ?? DEFAULT_LIMITS.orderGrace,
    sendings: sendings ?? DEFAULT_LIMITS.sendings,
    entries: entries ?? DEFAULT_LIMITS.entries,
  };
}

export function listenersOf({ on = [] }: ServerOptions): readonly ServerEventListener[] {
  return typeof on === 'function' ? [on] : on;
}

function areListeners(value: unknown): string | undefined {
  const all = Array.isArray(value) ? value : [value];
  const problem = all.map(madeFor("'on'")).find((each) => each !== undefined);
  return problem === 'must be a function' ? `${problem} or an array of functions` : problem;
}

function isStore(value: unknown): string | undefined {
  if (value instanceof Promise) return 'must be a store, not a promise of one: await it';
  const is = extensionsOf(value) !== undefined && !isGuardOnly(value);
  return is ? undefined : 'must be a store, such as memoryStore(): see defineStore()';
}

function isGuard(value: unknown): string | undefined {
  return isGuardOnly(value)
    ? undefined
    : "must be a guard, such as redisGuard(); a store is under 'store'";
}

function areExtensions(value: unknown): string | undefined {
  if (!isRecord(value)) return 'must be an object';
  for (const [id, settings] of Object.entries(value)) {
    if (!isExtensionId(id)) return `has '${id}', which needs a prefix, as in example.com/id`;
    if (!isRecord(settings)) return `has '${id}', whose value must be an object`;
  }
  return undefined;
}
