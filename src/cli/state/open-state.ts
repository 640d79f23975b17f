/** Opens a state with its key, without comparing it with a request. */
import type { FlowState } from '../../state/claims.ts';
import { KeyRing } from '../../state/key-ring.ts';
import { readPayload } from '../../state/payload.ts';
import { sealedProtection, unsafePlaintext } from '../../state/state-seal.ts';
import { Failure, UsageError } from '../failure.ts';

/**
 * @param keys none is enough for a state that is not sealed
 * @throws UsageError without a key; Failure if none of the keys opens it
 */
export function openState(sealed: string, keys: readonly string[]): FlowState {
  const text = unsafePlaintext.open(sealed) ?? openSealed(sealed, keys);
  const state = text === undefined ? undefined : readPayload(text);
  if (state !== undefined) return state;
  throw new Failure(
    'No key opens this. It is sealed under another one, it was changed or cut on its\n' +
      'way, or it is not the state of a Rondo server.',
  );
}

function openSealed(sealed: string, keys: readonly string[]): string | undefined {
  if (keys.length === 0) {
    throw new UsageError("The server's keys are needed: set RONDO_STATE_KEYS to them.");
  }
  return sealedProtection(new KeyRing(keys)).open(sealed);
}
