import { anyText, callable, having, positive, nonEmptyText } from '../base/option-checks.ts';
import { type OptionSet, type OptionTable, assertOptions } from '../base/options.ts';
import { DEFAULT_LIMITS, type FlowLimits } from '../flow/round/host.ts';
import { HTTP_OPTIONS, type HttpOptions } from '../http/policy.ts';
import { SERVE_OPTIONS } from '../http/serve-options.ts';
import { type JsonObject, isRecord } from '../base/json.ts';
import { isExtensionId } from '../protocol/meta.ts';
import type { CacheHint } from '../protocol/results.ts';
import type { FailedCheck } from '../state/claims.ts';
import type { KeyMaterial } from '../state/key-ring.ts';
import { DEFAULT_MAX_STATE } from '../state/state-seal.ts';
import { type Logger, stderrLogger } from '../base/logger.ts';
import { CACHE_HINT, resolveCacheHint } from './requests/cache-hint.ts';

/** How request state is made and held. */
export interface StateOptions {
  /**
   * 32-byte keys: the first seals, all open. Default: the environment variable `RONDO_STATE_KEYS`,
   * separated by commas; without it a key of this process, whose states no other can open.
   */
  readonly keys?: readonly KeyMaterial[];
  /** No protection: for debugging on this machine, without `authenticate`. */
  readonly protection?: 'unsafe-plaintext';
  /** Cap on the encoded string, in characters. Default 32,768. */
  readonly maxLength?: number;
  /** How long a client may take for one round, in ms. Default one hour. */
  readonly ttl?: number;
  /** How long a whole flow may take, in ms, fixed in its first round. Default 24 hours. */
  readonly flowTtl?: number;
}

/** Bounds on flows and streams. */
export interface LimitOptions extends Partial<FlowLimits> {
  /** Rounds of one flow. Default 64. */
  readonly rounds?: number;
  /** Listen streams open at once. Default 1,000. */
  readonly listenStreams?: number;
}

/** Results that can be given a cache hint by method. */
export type CacheableMethod =
  'server/discover' | 'tools/list' | 'prompts/list' | 'resources/list' | 'resources/templates/list';

/** A state was presented and not accepted. */
export interface StateRefusedEvent {
  readonly check: FailedCheck;
  readonly method: string;
  /** The tool's or prompt's name, or the resource's URI. */
  readonly target: string;
}

export interface ServerOptions {
  /** How to use this server, for the client's model. */
  readonly instructions?: string;
  /**
   * What states are made for: no other audience accepts them. Default: the server's name. Two
   * environments must not share both audience and keys.
   */
  readonly audience?: string;
  readonly state?: StateOptions;
  readonly limits?: LimitOptions;
  /** How long clients may keep lists. Default: not at all. */
  readonly cacheHints?: Partial<Record<CacheableMethod, Partial<CacheHint>>>;
  /** Items on one page of a list. Default 100. */
  readonly pageSize?: number;
  /**
   * Extensions of the protocol that this server speaks, by identifier.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning#extension-negotiation
   */
  readonly extensions?: Record<string, JsonObject>;
  readonly http?: HttpOptions;
  /** Default: warnings and errors on stderr. */
  readonly logger?: Logger;
  /** Told why a state was refused, which the client never is. */
  readonly onStateRefused?: (event: StateRefusedEvent) => void;
  /** The clock states are dated by, in ms since the epoch; for tests. Default `Date.now`. */
  readonly now?: () => number;
}

const STATE_OPTIONS: OptionTable<StateOptions> = {
  // The ring of keys checks each of them, and shows none.
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
  listenStreams: positive,
  roundTimeout: positive,
  orderGrace: positive,
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

const SERVER_OPTIONS: OptionSet<ServerOptions> = {
  of: 'McpServer',
  table: {
    instructions: anyText,
    audience: nonEmptyText,
    state: STATE_OPTIONS,
    limits: LIMIT_OPTIONS,
    cacheHints: CACHE_HINTS,
    pageSize: positive,
    extensions: areExtensions,
    http: HTTP_OPTIONS,
    logger: having('debug', 'info', 'warn', 'error'),
    onStateRefused: callable,
    now: callable,
  },
  elsewhere: { "in the options of serve() of 'mcp-rondo/node'": SERVE_OPTIONS.table },
  notes: {
    capabilities: 'They are worked out from what is registered; leave it out.',
    requestState: "State is sealed and checked always; leave it out. Its keys are under 'state'.",
    inputRequired: "A flow's bounds are under 'limits'.",
    jsonSchemaValidator: 'A validator is built in; leave it out.',
    enforceStrictCapabilities: 'They are always enforced; leave it out.',
    debouncedNotificationMethods: 'Changes in one turn are always sent as one; leave it out.',
    supportedProtocolVersions: 'There is one, 2026-07-28; leave it out.',
    'cacheHints.resources/read': "It belongs to the resource: 'cacheHint' of registerResource.",
  },
};

/** {@link ServerOptions}, checked and complete. */
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
  readonly pageSize: number;
  readonly logger: Logger;
  readonly onStateRefused: ServerOptions['onStateRefused'];
  readonly now: () => number;
  readonly cacheHintFor: (method: CacheableMethod) => CacheHint;
}

/** @throws RondoError `invalid_options` */
export function resolveOptions(name: string, options: ServerOptions): ResolvedOptions {
  assertOptions(SERVER_OPTIONS, options);
  const { state = {}, limits = {}, cacheHints = {} } = options;
  return {
    instructions: options.instructions,
    extensions: options.extensions,
    audience: options.audience ?? name,
    maxState: state.maxLength ?? DEFAULT_MAX_STATE,
    stateTtl: state.ttl ?? 3_600_000,
    flowTtl: state.flowTtl ?? 86_400_000,
    flowLimits: flowLimits(limits),
    maxRounds: limits.rounds ?? 64,
    maxStreams: limits.listenStreams ?? 1_000,
    pageSize: options.pageSize ?? 100,
    logger: options.logger ?? stderrLogger,
    onStateRefused: options.onStateRefused,
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

function areExtensions(value: unknown): string | undefined {
  if (!isRecord(value)) return 'must be an object';
  for (const [id, settings] of Object.entries(value)) {
    if (!isExtensionId(id)) return `has '${id}', which needs a prefix, as in example.com/id`;
    if (!isRecord(settings)) return `has '${id}', whose value must be an object`;
  }
  return undefined;
}
