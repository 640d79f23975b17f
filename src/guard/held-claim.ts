/** The claim of a round that runs: renewed until it is released, but not for ever. */
import type { ExtendedCall } from '../server/extension.ts';
import { Moment } from '../stored/moment.ts';
import type { GuardLease } from './contract.ts';
import type { GuardHost } from './guard-host.ts';

/** In ms. */
export const LEASE = 30_000;

/** For how long a round that is out of time is still waited for, in ms. */
const OVERTIME = 60_000;

/** For how long a round may be held, in ms. */
export function longestRun({ policy }: ExtendedCall): number {
  return policy.limits.roundTimeout + OVERTIME;
}

/** How a claim is held. */
export interface Holding {
  /** When it was asked for: its lease runs since then. */
  readonly heldSince: Moment;
  /** For how long it is renewed, in ms. */
  readonly longest: number;
  /** Called when another attempt may have it. */
  onLost(): void;
}

export class HeldClaim {
  readonly lease: GuardLease;
  readonly #host: GuardHost;
  readonly #holding: Holding;
  #renewed: Moment;
  #isLost = false;
  #isReleased = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: GuardHost, lease: GuardLease, holding: Holding) {
    this.#host = host;
    this.lease = lease;
    this.#holding = holding;
    this.#renewed = holding.heldSince;
    this.#schedule();
  }

  /** Whether another attempt may have it: then no step starts. */
  get isDoubtful(): boolean {
    return this.#isLost || this.#renewed.age > (LEASE * 2) / 3;
  }

  /** Renews it no more. */
  release(): void {
    this.#isReleased = true;
    clearTimeout(this.#timer);
  }

  /** Renews it again after {@link release}. */
  hold(): void {
    this.#isReleased = false;
    void this.#renew();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#renew(), LEASE / 3);
  }

  async #renew(): Promise<void> {
    const { heldSince, longest } = this.#holding;
    if (heldSince.age > longest) return this.#lost();
    const sent = new Moment();
    this.#schedule();
    try {
      const isHeld = await this.#host.store.renew(this.lease, LEASE);
      if (isHeld) this.#renewed = sent;
      else if (!this.#isReleased) this.#lost();
    } catch (error) {
      this.#host.warn(error);
    }
  }

  #lost(): void {
    this.#isLost = true;
    this.release();
    this.#holding.onLost();
  }
}
