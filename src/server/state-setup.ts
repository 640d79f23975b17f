/** Makes the seal for request states from the options of a server (S4, S5). */
import { invalidOptions } from '../base/errors.ts';
import { attempt } from '../base/thrown.ts';
import {
  type KeyMaterial,
  KEYS_VARIABLE,
  KeyRing,
  type Purpose,
  generateKey,
  parseKeys,
} from '../state/key-ring.ts';
import { Sealer } from '../state/sealer.ts';
import {
  type Protection,
  StateSeal,
  sealedProtection,
  unsafePlaintext,
} from '../state/state-seal.ts';
import type { Logger } from '../base/logging/logger.ts';
import type { Relay } from '../protocol/types/relay.ts';
import { SealedRelay } from '../state/sealed-relay.ts';
import type { ResolvedOptions, StateOptions } from './options.ts';

export interface StateSetup {
  /**
   * Whether states are unprotected. Then the server must be reachable from this machine only (S5).
   */
  readonly isPlaintext: boolean;
  /** To be called when the first state is sealed; a server that never asks needs no key. */
  readonly stateSeal: () => StateSeal;
  /** Whether keys are configured, and not only made for this process. */
  readonly hasKeys: boolean;
  /** The same for texts with another purpose. */
  readonly sealerFor: (purpose: Purpose) => Sealer;
}

/** @throws RondoError `invalid_options` for invalid keys, and for keys without protection */
export function setupState(options: StateOptions, resolved: ResolvedOptions): StateSetup {
  const isPlaintext = options.protection === 'unsafe-plaintext';
  if (isPlaintext && options.keys !== undefined) {
    throw invalidOptions("state.keys and protection: 'unsafe-plaintext' exclude each other.");
  }
  const keys = isPlaintext ? undefined : (options.keys ?? keysOfEnvironment());
  const ring = isPlaintext ? unnamedRing() : ringOf(keys, resolved.logger);
  const protection = (): Protection => (isPlaintext ? unsafePlaintext : sealedProtection(ring()));
  return {
    isPlaintext,
    hasKeys: keys !== undefined,
    stateSeal: () => new StateSeal(protection(), resolved.maxState, resolved.now),
    sealerFor: (purpose) => new Sealer(ring(), purpose),
  };
}

/** @throws RondoError `invalid_options` where nothing is sealed */
export function sealedRelay(
  relay: Relay,
  { isPlaintext, sealerFor }: StateSetup,
  { audience, logger }: ResolvedOptions,
): SealedRelay {
  if (isPlaintext) {
    throw invalidOptions(
      "relay needs protected state. Remove state.protection: 'unsafe-plaintext'.",
    );
  }
  return new SealedRelay({ relay, sealer: () => sealerFor('relay'), audience, logger });
}

/** Where states are not protected, what else has to be sealed is, for this process. */
function unnamedRing(): () => KeyRing {
  let ring: KeyRing | undefined;
  return () => (ring ??= new KeyRing([generateKey()]));
}

/** The key ring of the options or the environment, or else one made when it is first needed. */
function ringOf(keys: readonly KeyMaterial[] | undefined, logger: Logger): () => KeyRing {
  let ring = keys && new KeyRing(keys);
  return () => (ring ??= ringOfProcess(logger));
}

/** On Deno, reading the environment throws where it is not allowed. */
function keysOfEnvironment(): string[] | undefined {
  const variable = attempt(() => globalThis.process?.env?.[KEYS_VARIABLE]);
  return variable === undefined ? undefined : parseKeys(variable);
}

function ringOfProcess(logger: Logger): KeyRing {
  logger.warn(
    `No state keys: flows will not survive a restart or reach another instance, nor will sessions of ` +
      `clients of earlier revisions. Set ${KEYS_VARIABLE} ` +
      '(on Deno, allow it to be read) or state.keys; `npx mcp-rondo keygen` makes a key.',
  );
  return new KeyRing([generateKey()]);
}
