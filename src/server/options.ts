import { DEFAULT_LIMITS, type FlowLimits } from '../flow/round/host.ts';
import type { HttpOptions } from '../http/policy.ts';
import { invalidOptions } from '../protocol/errors.ts';
import type { JsonObject } from '../protocol/json.ts';
import { isExtensionId } from '../protocol/meta.ts';
import type { CacheHint } from '../protocol/results.ts';
import type { FailedCheck } from '../state/claims.ts';
import type { KeyMaterial } from '../state/key-ring.ts';
import { DEFAULT_MAX_STATE } from '../state/state-box.ts';
import { type Logger, stderrLogger } from '../protocol/logger.ts';
import { resolveCacheHint } from './cache-hint.ts';

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
  /** Extensions of the protocol that this server speaks, by identifier (checklist VM-8). */
  readonly extensions?: Record<string, JsonObject>;
  readonly http?: HttpOptions;
  /** Default: warnings and errors on stderr. */
  readonly logger?: Logger;
  /** Told why a state was refused, which the client never is. */
  readonly onStateRefused?: (event: StateRefusedEvent) => void;
  /** The clock states are dated by, in ms since the epoch; for tests. Default `Date.now`. */
  readonly now?: () => number;
}

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
  readonly now: () => number;
  readonly cacheHintFor: (method: CacheableMethod) => CacheHint;
}

/** @throws RondoError `invalid_options` */
export function resolveOptions(name: string, options: ServerOptions): ResolvedOptions {
  const { state = {}, limits = {}, cacheHints = {} } = options;
  const { rounds = 64, listenStreams = 1_000, ...flow } = limits;
  const resolved: ResolvedOptions = {
    instructions: options.instructions,
    extensions: options.extensions,
    audience: options.audience ?? name,
    maxState: positive('state.maxLength', state.maxLength ?? DEFAULT_MAX_STATE),
    stateTtl: positive('state.ttl', state.ttl ?? 3_600_000),
    flowTtl: positive('state.flowTtl', state.flowTtl ?? 86_400_000),
    flowLimits: { ...DEFAULT_LIMITS, ...flow },
    maxRounds: positive('limits.rounds', rounds),
    maxStreams: positive('limits.listenStreams', listenStreams),
    pageSize: positive('pageSize', options.pageSize ?? 100),
    logger: options.logger ?? stderrLogger,
    now: options.now ?? Date.now,
    cacheHintFor: (method) => resolveCacheHint(cacheHints[method], 'public'),
  };
  for (const [limit, value] of Object.entries(resolved.flowLimits)) {
    positive(`limits.${limit}`, value as number);
  }
  for (const id of Object.keys(options.extensions ?? {})) {
    if (!isExtensionId(id))
      throw invalidOptions(`Extension '${id}' needs a prefix: example.com/id.`);
  }
  return resolved;
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw invalidOptions(`${name} must be a positive, finite number.`);
}
