/** Requests that wait for the reply of another attempt at the same round. */
import { pauseAfter } from '../base/timing/backoff.ts';
import { pause } from '../base/timing/pause.ts';
import { tryAgain } from '../protocol/refusal.ts';
import { internalError } from '../protocol/rpc-error.ts';
import type { ExtendedCall } from '../server/extension.ts';

/** How many may wait for one entry here. */
const MOST = 8;

const LOOKS = { first: 10, longest: 250 };

export class Waiters {
  readonly #waiting = new Map<string, number>();

  /** @throws RpcError if enough wait already */
  add(key: string, call: ExtendedCall): Waiter {
    const others = this.#waiting.get(key) ?? 0;
    if (others >= MOST) throw tryAgain('too_many_waiting');
    this.#waiting.set(key, others + 1);
    return new Waiter(call, () => this.#remove(key));
  }

  #remove(key: string): void {
    const others = this.#waiting.get(key)! - 1;
    if (others === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, others);
  }
}

/** One request that waits: until the time of its round is over, or its client leaves. */
export class Waiter {
  readonly #call: ExtendedCall;
  readonly #until: number;
  readonly #left = new AbortController();
  readonly #onEnd: () => void;
  #looks = 0;

  constructor(call: ExtendedCall, onEnd: () => void) {
    this.#call = call;
    this.#onEnd = onEnd;
    this.#until = performance.now() + call.policy.limits.roundTimeout;
    call.exchange.inFlight.start({ cancel: () => this.#left.abort() });
  }

  /** Resolves when it is time to look again. @throws RpcError when there is no time left */
  async next(): Promise<void> {
    this.#looks++;
    const left = this.#until - performance.now();
    if (!(left > 0)) throw tryAgain('still_running');
    await pause(Math.min(left, pauseAfter(this.#looks, LOOKS)), this.#left.signal);
    // Nobody gets this reply.
    if (this.#left.signal.aborted) throw internalError({ retryable: true });
  }

  end(): void {
    this.#call.exchange.inFlight.done();
    this.#onEnd();
  }
}
