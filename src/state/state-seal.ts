/**
 * Turns a flow's state into the string that the client carries, and back (S1 to S6, S8). A state
 * that cannot be opened is refused here; the checks of its claims are in claims.ts.
 */
import { decodeBase64, encodeBase64 } from '../base/base64.ts';
import { RondoError } from '../base/errors.ts';
import { type Expectation, type FailedCheck, type FlowState, failedCheck } from './claims.ts';
import type { KeyRing } from './key-ring.ts';
import { readPayload, writePayload } from './payload.ts';
import { Sealer } from './sealer.ts';

/** How a state is protected while the client carries it. */
export interface Protection {
  seal(text: string): string;
  /** The text that was sealed, or `undefined` if `sealed` has been changed. */
  open(sealed: string): string | undefined;
}

/** Encrypts and authenticates with a key ring. The default, and the only safe protection. */
export function sealedProtection(ring: KeyRing): Protection {
  return new Sealer(ring, 'state');
}

const PLAIN_PREFIX = 'plain.';

/** No protection: anyone can read such a state, change it, and make one. For debugging only. */
export const unsafePlaintext: Protection = {
  seal: (text) => PLAIN_PREFIX + encodeBase64(new TextEncoder().encode(text), 'base64url'),
  open(sealed) {
    if (!sealed.startsWith(PLAIN_PREFIX)) return undefined;
    const bytes = decodeBase64(sealed.slice(PLAIN_PREFIX.length), 'base64url');
    return bytes && new TextDecoder().decode(bytes);
  },
};

/** How a state begins that is not protected, because it does not leave the server as it is. */
const BARE = '[';

/** The most characters that one character of a state takes when it is sealed, and what all have more. */
const SEALED_AT_MOST = 4;
const SEALED_MORE = 100;

/** A request state was refused. `check` says why; log it, and do not show it to the client. */
export class StateRefusal extends Error {
  override readonly name = 'StateRefusal';
  readonly check: FailedCheck;

  constructor(check: FailedCheck) {
    super(`requestState refused: ${check}`);
    this.check = check;
  }
}

/** The default limit of a sealed state, in characters. */
export const DEFAULT_MAX_STATE = 32_768;

/**
 * Seals the states of flows and opens them again. For hosts of the flow engine; `McpServer` does
 * this by itself.
 *
 * @example
 * ```ts
 * import {
 *   DEFAULT_MAX_STATE,
 *   type FlowState,
 *   KeyRing,
 *   StateSeal,
 *   generateKey,
 *   sealedProtection,
 * } from 'mcp-rondo/state';
 *
 * const ring = new KeyRing([generateKey()]);
 * const seal = new StateSeal(sealedProtection(ring), DEFAULT_MAX_STATE, Date.now);
 *
 * export function again(state: FlowState): FlowState {
 *   return seal.open(seal.seal(state), { ...state.binding, accepts: [] });
 * }
 * ```
 */
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
      `The request state would have ${sealed.length} characters; at most ${this.#maxLength} are allowed. ` +
        'Record less in steps and answers, or raise the limit (state.maxLength of McpServer).',
    );
  }

  /**
   * For a server that keeps its states to itself, or carries them in something that it seals: a state
   * that is not sealed, unless it is long.
   *
   * @internal
   * @throws RondoError `state_too_large`
   */
  sealIfLong(state: FlowState): string {
    const text = writePayload(state);
    const fits = text.length * SEALED_AT_MOST + SEALED_MORE <= this.#maxLength;
    return fits ? text : this.seal(state);
  }

  /**
   * What {@link sealIfLong} gave. It must never be called with what has come from a client.
   *
   * @internal
   * @throws StateRefusal
   */
  openOwn(given: string, expected: Expectation): FlowState {
    if (!given.startsWith(BARE)) return this.open(given, expected);
    return this.#checked(readState(given), expected);
  }

  /** @throws StateRefusal */
  open(sealed: string, expected: Expectation): FlowState {
    return this.#checked(this.read(sealed), expected);
  }

  #checked(state: FlowState, expected: Expectation): FlowState {
    const check = failedCheck(state, expected, this.#now());
    if (check !== undefined) throw new StateRefusal(check);
    return state;
  }

  /**
   * What it says, whoever brings it, and whenever: its claims are not looked at.
   *
   * @internal
   * @throws StateRefusal
   */
  read(sealed: string): FlowState {
    if (sealed.length > this.#maxLength) throw new StateRefusal('size');
    const text = this.#protection.open(sealed);
    if (text === undefined) throw new StateRefusal('seal');
    return readState(text);
  }
}

/** @throws StateRefusal `format` for a state that a newer version of this library has written */
function readState(text: string): FlowState {
  let state: FlowState | undefined;
  try {
    state = readPayload(text);
  } catch {
    throw new StateRefusal('format');
  }
  if (state === undefined) throw new StateRefusal('shape');
  return state;
}
