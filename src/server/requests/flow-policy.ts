import { quote } from '../../base/quote.ts';
import { describeError } from '../../base/thrown.ts';
import type { WarnOnce } from '../../base/logging/warn-once.ts';
import type { FlowLimits } from '../../flow/round/host.ts';
import { type ClientCapabilities, missingCapabilities } from '../../protocol/capabilities.ts';
import type { Principal } from '../../protocol/principal.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import {
  callable,
  either,
  listOf,
  nameText,
  oneOf,
  positive,
  record,
  timer,
} from '../../base/options/option-checks.ts';
import type { OptionTable } from '../../base/options/options.ts';
import { ignore, isThenable } from '../../base/settled.ts';
import { areScopes } from '../../protocol/scopes.ts';
import { missingCapability } from '../../protocol/rpc-error.ts';
import type { RequestMeta } from './request-meta.ts';

/**
 * How the flows of a tool, prompt or resource are served.
 *
 * @template Args the checked arguments; of a resource: the variables of its template
 */
export interface FlowOptions<Args = UnknownRecord> {
  /** Version of the handler. States of other versions are refused. Default: the empty string. */
  readonly version?: string;
  /** Older versions whose flows this handler can continue. Default: none. */
  readonly accepts?: readonly string[];
  /**
   * How long the client may take to send the next round, in ms. Default: the server's `state.ttl`.
   */
  readonly stateTtl?: number;
  /** How long a round may run, in ms. Default: the server's `limits.roundTimeout`. */
  readonly roundTimeout?: number;
  /** Capabilities without which the client gets an error instead of a round. Default: none. */
  readonly requires?: ClientCapabilities;
  /**
   * `accept`: answers that come with a call without state are taken for the first questions. They
   * do not prove that the user has seen a question. Default `ask`: every question is sent.
   */
  readonly unsolicited?: 'ask' | 'accept';
  /**
   * Whether a caller may see and use it. Called for each request; if it throws, the caller may not.
   * Default: everyone may.
   */
  readonly visible?: (principal: Principal | undefined) => boolean;
  /**
   * The scopes without which a caller over HTTP is refused with 403, or a function that names them:
   * of the checked arguments (of a resource: the variables of its template) and the caller; if it
   * throws, the caller is refused. It is listed all the same. Needs `http.authenticate`, or callers
   * who come with the request. Default: none.
   */
  readonly scopes?: readonly string[] | ScopesFunction<Args>;
}

/** Names the scopes that a call needs. */
export type ScopesFunction<Args = UnknownRecord> = {
  // A method, so that authors can say which arguments they take.
  for(args: Args, principal: Principal): readonly string[] | Promise<readonly string[]>;
}['for'];

const CAPABILITIES = ['elicitation', 'sampling', 'roots', 'extensions', 'experimental'];

export const FLOW_OPTIONS: OptionTable<FlowOptions> = {
  version: nameText,
  accepts: listOf('versions, which are texts', (version) => nameText(version) === undefined),
  stateTtl: positive,
  roundTimeout: timer,
  requires: areCapabilities,
  unsolicited: oneOf('ask', 'accept'),
  visible: callable,
  scopes: either('scopes, or a function that names them', areScopes, callable),
};

/** {@link FlowOptions} with all defaults filled in. */
export interface FlowPolicy {
  readonly version: string;
  readonly accepts: readonly string[];
  readonly stateTtl: number;
  readonly limits: FlowLimits;
  readonly requires: ClientCapabilities | undefined;
  readonly acceptsUnsolicited: boolean;
  readonly visible: ((principal: Principal | undefined) => boolean) | undefined;
  /** What a caller over HTTP needs; `undefined` for nothing. */
  readonly scopes: FlowOptions['scopes'];
}

/** Defaults that the server's options set. */
export interface FlowDefaults {
  readonly stateTtl: number;
  readonly limits: FlowLimits;
}

/** @param options checked by {@link FLOW_OPTIONS}, with the name of what is served */
export function resolvePolicy(
  options: FlowOptions & { readonly name: string },
  defaults: FlowDefaults,
  warn: WarnOnce,
): FlowPolicy {
  const { stateTtl = defaults.stateTtl, roundTimeout = defaults.limits.roundTimeout } = options;
  return {
    version: options.version ?? '',
    accepts: [...(options.accepts ?? [])],
    stateTtl,
    limits: { ...defaults.limits, roundTimeout },
    requires: options.requires,
    acceptsUnsolicited: options.unsolicited === 'accept',
    scopes: options.scopes,
    visible: options.visible && safeVisible(options.name, options.visible, warn),
  };
}

/** Whether `principal` may see and use it. */
export function isVisible({ visible }: FlowPolicy, principal: Principal | undefined): boolean {
  return visible === undefined || visible(principal);
}

/**
 * The author's check, which may be wrong: nobody sees what it does not answer with true or false, at
 * once. That is logged, once.
 */
function safeVisible(
  name: string,
  visible: (principal: Principal | undefined) => unknown,
  warn: WarnOnce,
): (principal: Principal | undefined) => boolean {
  const failed = (why: string): boolean => {
    warn(`visible ${name}`, `'visible' of ${quote(name)} ${why}: then nobody sees it.`);
    return false;
  };
  return (principal) => {
    try {
      const verdict = visible(principal);
      if (typeof verdict === 'boolean') return verdict;
      if (!isThenable(verdict)) return failed('returned neither true nor false');
      ignore(verdict);
      return failed('returned a promise');
    } catch (error) {
      return failed(`threw ${describeError(error)}`);
    }
  };
}

/** @throws RpcError `-32021` for a client that lacks what the handler requires (F11, MS-9) */
export function assertRequirements(policy: FlowPolicy, meta: RequestMeta): void {
  if (policy.requires === undefined) return;
  const missing = missingCapabilities(policy.requires, meta.capabilities);
  if (missing !== undefined) throw missingCapability(missing);
}

/** What is in a capability is not looked at: later versions may add to it. */
function areCapabilities(value: unknown): string | undefined {
  const are = record(value) === undefined && Object.values(value as object).every(isRecord);
  if (!are) return 'must be capabilities of clients, such as { elicitation: {} }';
  const unknown = Object.keys(value as object).find((name) => !CAPABILITIES.includes(name));
  if (unknown === undefined) return undefined;
  return `has ${quote(unknown)}, which no client declares. There are: ${CAPABILITIES.join(', ')}`;
}
