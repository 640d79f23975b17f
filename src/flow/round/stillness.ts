/**
 * Decides when a round has nothing left to do but wait for the client. Invariants:
 *
 * - F4  A round is still when an awaited ask is open, no step runs, nothing is being judged or
 *       delivered, and nothing is held back; it is suspended one macrotask turn after it became so.
 * - F4  The turn is armed only while the round is still, and cancelled when the round ends.
 * - F1  What is held back by a missing call, with no step running, is given `orderGrace`.
 * - F14 A host that keeps the round alive learns what is asked instead.
 */
import { DivergenceError } from '../journal/errors.ts';
import type { HoldUp } from './delivery-queue.ts';
import type { Cancel } from './host.ts';
import type { RoundState } from './round-state.ts';

export class Stillness {
  readonly #state: RoundState;
  #version = 0;
  #turn: Cancel | undefined;
  #grace: Cancel | undefined;
  #stopped = false;

  constructor(state: RoundState) {
    this.#state = state;
  }

  /** To be called whenever anything the decision rests on has changed. */
  changed(): void {
    if (this.#stopped) return;
    this.#version++;
    const { queue, runningSteps, asks } = this.#state;
    if (queue.busy || runningSteps.size > 0) return this.#endGrace();
    if (queue.holdUp !== undefined) return this.#startGrace();
    this.#endGrace();
    if (asks.awaited > 0) this.#armTurn();
  }

  stop(): void {
    this.#stopped = true;
    this.#turn?.();
    this.#endGrace();
  }

  #armTurn(): void {
    if (this.#turn !== undefined) return;
    const version = this.#version;
    this.#turn = this.#state.host.scheduler.turn(() => {
      this.#turn = undefined;
      if (version === this.#version) this.#end();
      else this.changed();
    });
  }

  #end(): void {
    const { host, asks } = this.#state;
    if (host.onStill) host.onStill(asks.openAsks());
    else this.#state.suspend();
  }

  #startGrace(): void {
    const { scheduler, limits } = this.#state.host;
    this.#grace ??= scheduler.after(limits.orderGrace, () => {
      const { queue, ending } = this.#state;
      if (queue.holdUp !== undefined) ending.fail(heldUp(queue.holdUp));
    });
  }

  #endGrace(): void {
    this.#grace?.();
    this.#grace = undefined;
  }
}

function heldUp({ missing, waiting }: HoldUp): DivergenceError {
  const detail = `it is next in the journal but was not called, and '${waiting}' waits behind it`;
  return new DivergenceError(missing, 'order', detail);
}
