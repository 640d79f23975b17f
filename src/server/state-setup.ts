/** Makes the seal for request states from the options of a server (S4, S5). */
import { invalidOptions } from '../base/errors.ts';
import { KEYS_VARIABLE, KeyRing, generateKey, parseKeys } from '../state/key-ring.ts';
import {
  type Protection,
  StateSeal,
  sealedProtection,
  unsafePlaintext,
} from '../state/state-seal.ts';
import type { Logger } from '../base/logger.ts';
import type { ResolvedOptions, StateOptions } from './options.ts';

export interface StateSetup {
  /**
   * Whether states are unprotected. Then the server must be reachable from this machine only (S5).
   */
  readonly isPlaintext: boolean;
  /** To be called when the first state is sealed; a server that never asks needs no key. */
  readonly stateSeal: () => StateSeal;
}

/** @throws RondoError `invalid_options` for invalid keys, and for keys without protection */
export function setupState(options: StateOptions, resolved: ResolvedOptions): StateSetup {
  const isPlaintext = options.protection === 'unsafe-plaintext';
  if (isPlaintext && options.keys !== undefined) {
    throw invalidOptions("state.keys and protection: 'unsafe-plaintext' exclude each other.");
  }
  const protection = isPlaintext ? () => unsafePlaintext : sealing(options, resolved.logger);
  return {
    isPlaintext,
    stateSeal: () => new StateSeal(protection(), resolved.maxState, resolved.now),
  };
}

function sealing(options: StateOptions, logger: Logger): () => Protection {
  const variable = globalThis.process?.env?.[KEYS_VARIABLE];
  const keys = options.keys ?? (variable === undefined ? undefined : parseKeys(variable));
  if (keys !== undefined) {
    const ring = new KeyRing(keys);
    return () => sealedProtection(ring);
  }
  return () => {
    logger.warn(
      `No state keys: flows will not survive a restart or reach another instance. Set ${KEYS_VARIABLE} ` +
        'or state.keys; `npx mcp-rondo keygen` makes a key.',
    );
    return sealedProtection(new KeyRing([generateKey()]));
  };
}
