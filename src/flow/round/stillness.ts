/**
 * Decides when a round has nothing left to do but wait for the client. Invariants:
 *
 * - F4  A round is still when an awaited ask is open, no step runs, nothing is being judged or
 *       delivered, and nothing is held back; it is suspended one macrotask turn after it became so.
 * - F4  The turn is armed only while the round is still, and cancelled when the round ends.
 * - F1  What is held back by a missing call, with no step running, is given `orderGrace`.
 */
import type { Delivery, HoldUp } from './delivery.ts';
import type { Cancel, Scheduler } from './host.ts';

export interface StillnessSource {
  readonly delivery: Delivery;
  readonly runningSteps: number;
  readonly awaitedAsks: number;
  onStill(): void;
  onHeldUp(holdUp: HoldUp): void;
}

export class Stillness {
  readonly #source: StillnessSource;
  readonly #scheduler: Scheduler;
  readonly #orderGrace: number;
  #version = 0;
  #turn: Cancel | undefined;
  #grace: Cancel | undefined;
  #stopped = false;

  constructor(source: StillnessSource, scheduler: Scheduler, orderGrace: number) {
    this.#source = source;
    this.#scheduler = scheduler;
    this.#orderGrace = orderGrace;
  }

  /** To be called whenever anything the decision rests on has changed. */
  changed(): void {
    if (this.#stopped) return;
    this.#version++;
    const { delivery, runningSteps, awaitedAsks } = this.#source;
    if (delivery.busy || runningSteps > 0) return this.#endGrace();
    if (delivery.holdUp !== undefined) return this.#startGrace();
    this.#endGrace();
    if (awaitedAsks > 0) this.#armTurn();
  }

  stop(): void {
    this.#stopped = true;
    this.#turn?.();
    this.#endGrace();
  }

  #armTurn(): void {
    if (this.#turn !== undefined) return;
    const version = this.#version;
    this.#turn = this.#scheduler.turn(() => {
      this.#turn = undefined;
      if (version === this.#version) this.#source.onStill();
      else this.changed();
    });
  }

  #startGrace(): void {
    this.#grace ??= this.#scheduler.after(this.#orderGrace, () => {
      const holdUp = this.#source.delivery.holdUp;
      if (holdUp !== undefined) this.#source.onHeldUp(holdUp);
    });
  }

  #endGrace(): void {
    this.#grace?.();
    this.#grace = undefined;
  }
}
