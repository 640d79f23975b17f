/** Turns a flow's state into the string a client carries, and back (S1 to S6, S8). */
import { decodeBase64, encodeBase64 } from '../base/base64.ts';
import { RondoError } from '../base/errors.ts';
import { type Expectation, type FailedCheck, type FlowState, failedCheck } from './claims.ts';
import type { KeyRing } from './key-ring.ts';
import { readPayload, writePayload } from './payload.ts';
import { Sealer } from './sealer.ts';

/** What protects a state on its way through the client. */
export interface Protection {
  seal(text: string): string;
  /** The text, or `undefined` unless it is as `seal` made it. */
  open(sealed: string): string | undefined;
}

/** Encrypted and authenticated under a ring of keys: the default, and the only safe one. */
export function sealedProtection(ring: KeyRing): Protection {
  return new Sealer(ring, 'state');
}

const PLAIN_PREFIX = 'plain.';

/** No protection at all: anybody can read and write such a state. For debugging only. */
export const unsafePlaintext: Protection = {
  seal: (text) => PLAIN_PREFIX + encodeBase64(new TextEncoder().encode(text), 'base64url'),
  open(sealed) {
    if (!sealed.startsWith(PLAIN_PREFIX)) return undefined;
    const bytes = decodeBase64(sealed.slice(PLAIN_PREFIX.length), 'base64url');
    return bytes && new TextDecoder().decode(bytes);
  },
};

/** A state was not accepted. `check` is for the log; the wire hears nothing of it. */
export class StateRefusal extends Error {
  override readonly name = 'StateRefusal';
  readonly check: FailedCheck;

  constructor(check: FailedCheck) {
    super(`requestState refused: ${check}`);
    this.check = check;
  }
}

/** Cap on the encoded string, in characters. */
export const DEFAULT_MAX_STATE = 32_768;

export class StateSeal {
  readonly #protection: Protection;
  readonly #maxLength: number;
  readonly #now: () => number;

  constructor(protection: Protection, maxLength: number, now: () => number) {
    this.#protection = protection;
    this.#maxLength = maxLength;
    this.#now = now;
  }

  /** @throws RondoError `state_too_large` */
  seal(state: FlowState): string {
    const sealed = this.#protection.seal(writePayload(state));
    if (sealed.length <= this.#maxLength) return sealed;
    throw new RondoError(
      'state_too_large',
      `The request state would have ${sealed.length} characters; at most ${this.#maxLength} may travel.`,
    );
  }

  /** @throws StateRefusal */
  open(sealed: string, expected: Expectation): FlowState {
    if (sealed.length > this.#maxLength) throw new StateRefusal('size');
    const text = this.#protection.open(sealed);
    if (text === undefined) throw new StateRefusal('seal');
    const state = readPayload(text);
    if (state === undefined) throw new StateRefusal('shape');
    const check = failedCheck(state, expected, this.#now());
    if (check !== undefined) throw new StateRefusal(check);
    return state;
  }
}
