import type { FlowLimits } from '../../flow/round/host.ts';
import { type ClientCapabilities, missingCapabilities } from '../../protocol/capabilities.ts';
import type { Principal } from '../../protocol/principal.ts';
import { invalidOptions } from '../../base/errors.ts';
import { missingCapability } from '../../protocol/rpc-error.ts';
import type { RequestMeta } from './request-meta.ts';

/** How a tool, prompt or resource that may ask is served. */
export interface FlowOptions {
  /** Names this version of the handler. A state of another version is refused. */
  readonly version?: string;
  /** Older versions whose flows this handler can continue. */
  readonly accepts?: readonly string[];
  /** How long the client may take for a round, in ms. Default: the server's (one hour). */
  readonly stateTtl?: number;
  /** How long a round may run, in ms. Default: the server's (60 s). */
  readonly roundTimeout?: number;
  /** What a client must declare for the handler to be run at all. */
  readonly requires?: ClientCapabilities;
  /**
   * Whether answers on a call without state are taken for the first questions. They prove nothing
   * about what was shown to whom. Default `'ask'`: everything is asked.
   */
  readonly unsolicited?: 'ask' | 'accept';
  /** Who may see and use it. Default: everybody. Called for each request; throwing means no. */
  readonly visible?: (principal: Principal | undefined) => boolean;
}

/** {@link FlowOptions}, complete. */
export interface FlowPolicy {
  readonly version: string;
  readonly accepts: readonly string[];
  readonly stateTtl: number;
  readonly limits: FlowLimits;
  readonly requires: ClientCapabilities | undefined;
  readonly acceptsUnsolicited: boolean;
  readonly visible: ((principal: Principal | undefined) => boolean) | undefined;
}

/** What a server sets for all its handlers. */
export interface FlowDefaults {
  readonly stateTtl: number;
  readonly limits: FlowLimits;
}

/** @throws RondoError `invalid_options` */
export function resolvePolicy(options: FlowOptions, defaults: FlowDefaults): FlowPolicy {
  const { stateTtl = defaults.stateTtl, roundTimeout = defaults.limits.roundTimeout } = options;
  if (!(stateTtl > 0)) throw invalidOptions('stateTtl must be a positive number of ms.');
  if (!(roundTimeout > 0)) throw invalidOptions('roundTimeout must be a positive number of ms.');
  return {
    version: options.version ?? '',
    accepts: [...(options.accepts ?? [])],
    stateTtl,
    limits: { ...defaults.limits, roundTimeout },
    requires: options.requires,
    acceptsUnsolicited: options.unsolicited === 'accept',
    visible: options.visible,
  };
}

/** Whether `principal` may see what this policy is for. A check that throws denies. */
export function isVisible(policy: FlowPolicy, principal: Principal | undefined): boolean {
  if (policy.visible === undefined) return true;
  try {
    return policy.visible(principal) === true;
  } catch {
    return false;
  }
}

/** @throws RpcError `-32021` for a client that lacks what the handler requires (F11, MS-9) */
export function assertRequirements(policy: FlowPolicy, meta: RequestMeta): void {
  if (policy.requires === undefined) return;
  const missing = missingCapabilities(policy.requires, meta.capabilities);
  if (missing !== undefined) throw missingCapability(missing);
}
