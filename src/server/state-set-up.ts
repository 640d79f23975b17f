/** From a server's options to the box its states are made with (S4, S5). */
import { invalidOptions } from '../protocol/errors.ts';
import { KEYS_VARIABLE, KeyRing, generateKey, parseKeys } from '../state/key-ring.ts';
import {
  type Protection,
  StateBox,
  sealedProtection,
  unsafePlaintext,
} from '../state/state-box.ts';
import type { Logger } from '../protocol/logger.ts';
import type { ResolvedOptions, StateOptions } from './options.ts';

export interface StateSetUp {
  /** Whether states go out unprotected: then nothing but this machine may reach the server (S5). */
  readonly isPlaintext: boolean;
  /** Made when the first state is, so that a server that never asks needs no key. */
  readonly box: () => StateBox;
}

/** @throws RondoError `invalid_options` for keys that are not keys, and contradictions */
export function setUpState(options: StateOptions, resolved: ResolvedOptions): StateSetUp {
  const isPlaintext = options.protection === 'unsafe-plaintext';
  if (isPlaintext && options.keys !== undefined) {
    throw invalidOptions("state.keys and protection: 'unsafe-plaintext' exclude each other.");
  }
  const protection = isPlaintext ? () => unsafePlaintext : sealing(options, resolved.logger);
  let box: StateBox | undefined;
  return {
    isPlaintext,
    box: () => (box ??= new StateBox(protection(), resolved.maxState, resolved.now)),
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
