/**
 * Decides when a round only waits for the client, and ends (suspends) it then. Invariants:
 *
 * - F4  A round is still when an awaited ask is open, no step runs, nothing is being judged or
 *       delivered, and nothing is held back. It is suspended one macrotask turn later.
 * - F4  That turn is scheduled only while the round is still, and cancelled when the round ends.
 * - F1  If a missing call holds back others and no step runs, the round fails after `orderGrace`.
 * - F14 A host that keeps the round alive (`onStill`) gets the questions instead.
 * - F15 A host with `onAsked` gets questions one macrotask turn after they were asked, in any case.
 */
import { isThenable, settled } from '../../base/settled.ts';
import { DivergenceError } from '../journal/errors.ts';
import type { HoldUp } from './delivery-queue.ts';
import type { Cancel } from './host.ts';
import type { RoundState } from './round-state.ts';
import { quote } from '../../base/quote.ts';

export class Stillness {
  readonly #state: RoundState;
  #version = 0;
  #turn: Cancel | undefined;
  #announcement: Cancel | undefined;
  #grace: Cancel | undefined;
  #stopped = false;

  constructor(state: RoundState) {
    this.#state = state;
  }

  /** Call it when anything that the decision depends on has changed. */
  changed(): void {
    if (this.#stopped) return;
    this.#version++;
    const { queue, runningSteps, asks, host, isToEnd } = this.#state;
    if (host.onAsked && asks.hasNews) this.#armAnnouncement();
    if (queue.busy || runningSteps.size > 0) return this.#endGrace();
    if (queue.holdUp !== undefined) return this.#startGrace();
    this.#endGrace();
    if (asks.awaited > 0 || isToEnd) this.#armTurn();
  }

  stop(): void {
    this.#stopped = true;
    this.#turn?.();
    this.#announcement?.();
    this.#endGrace();
  }

  #armTurn(): void {
    if (this.#turn !== undefined) return;
    const version = this.#version;
    this.#turn = this.#state.scheduler.turn(() => {
      this.#turn = undefined;
      if (version === this.#version) this.#end();
      else this.changed();
    });
  }

  #armAnnouncement(): void {
    this.#announcement ??= this.#state.scheduler.turn(() => {
      this.#announcement = undefined;
      this.#announce();
    });
  }

  #announce(): void {
    const { host, asks, queue } = this.#state;
    // While the round is moved, its questions are for the next host.
    if (queue.isHeld) return;
    const news = asks.news();
    this.#notify(() => host.onAsked?.(news, asks.openAsks()));
  }

  #end(): void {
    const { host, asks, isToEnd } = this.#state;
    if (!host.onStill || isToEnd) return this.#state.suspend();
    const open = asks.openAsks();
    this.#notify(() => host.onStill?.(open));
  }

  /** A host that fails may have lost the flow: the round is aborted. */
  #notify(notify: () => unknown): void {
    const { ending } = this.#state;
    try {
      const notified = notify();
      if (isThenable(notified)) settled(notified).catch((error) => ending.abort(error));
    } catch (error) {
      ending.abort(error);
    }
  }

  #startGrace(): void {
    const { scheduler, host } = this.#state;
    this.#grace ??= scheduler.after(host.limits.orderGrace, () => {
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
  const detail = `it is next in the journal but was not called, and ${quote(waiting)} waits behind it`;
  return new DivergenceError(missing, 'order', detail);
}
