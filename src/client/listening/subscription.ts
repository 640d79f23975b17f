import type { Logger } from '../../base/logging/logger.ts';
import { shownMessage } from '../../base/shown-text.ts';
import { type Backoff, pauseAfter } from '../../base/timing/backoff.ts';
import { pause } from '../../base/timing/pause.ts';
import type { SubscriptionFilter } from '../../protocol/results.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { Change } from './change.ts';
import { type Listening, isTemporary } from './stream.ts';

/** Begins to listen. `onChange` is called for every change until the signal aborts. */
export type Listen = (signal: AbortSignal, onChange: (change: Change) => void) => Listening;

export interface SubscriptionOptions {
  /** Ends the subscription. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Runs before the iteration returns a change. */
  beforeChange(change: Change): Promise<void>;
  /** The subscription has ended. */
  onEnd(): void;
}

const BEFORE_LISTENING_AGAIN: Backoff = { first: 500, longest: 30_000 };

/** Most different changes that wait for a reader. */
const MAX_WAITING = 10_000;

/**
 * The changes of one subscription, as an iteration. Equal changes that have not been read yet are
 * merged into one, so a slow reader misses nothing and needs little memory. It reconnects until it
 * is closed, or until the server refuses it: then the iteration throws.
 */
export class Subscription implements AsyncIterable<Change> {
  /** What the server has agreed to notify of, which may be less than was asked for. */
  honoured: SubscriptionFilter;
  readonly #listen: Listen;
  readonly #options: SubscriptionOptions;
  readonly #abort = new AbortController();
  readonly #waiting = new Map<string, Change>();
  #wake: (() => void) | undefined;
  #end: { readonly error?: unknown } | undefined;

  /**
   * Resolves once the server has acknowledged the subscription.
   *
   * @throws as `Client.listen`
   * @internal
   */
  static async open(listen: Listen, options: SubscriptionOptions): Promise<Subscription> {
    const { signal } = options;
    const subscription = new Subscription(listen, options);
    const end = (): void => subscription.#finish({}, signal.reason);
    signal.addEventListener('abort', end, { once: true });
    const first = subscription.#connect();
    try {
      subscription.honoured = await first.acknowledged;
    } catch (error) {
      subscription.close();
      throw error;
    }
    subscription.#keepUp(first).catch((error) => subscription.#finish({ error }));
    return subscription;
  }

  private constructor(listen: Listen, options: SubscriptionOptions) {
    this.honoured = {};
    this.#listen = listen;
    this.#options = options;
  }

  /** Ends the subscription and its iteration. */
  close(): void {
    this.#finish({});
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Change, void, undefined> {
    try {
      for (;;) {
        for (const [name, change] of this.#waiting) {
          this.#waiting.delete(name);
          yield change;
        }
        if (this.#end !== undefined) break;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      if (this.#end.error !== undefined) throw this.#end.error;
    } finally {
      this.close();
    }
  }

  async #keepUp(first: Listening): Promise<void> {
    let listening: Listening | undefined = first;
    let failures = 0;
    while (this.#end === undefined) {
      const since = performance.now();
      try {
        await listening?.ended;
      } catch (error) {
        if (error instanceof RpcError && !isTemporary(error)) return this.#finish({ error });
      }
      failures = performance.now() - since > BEFORE_LISTENING_AGAIN.longest ? 1 : failures + 1;
      listening = await this.#reconnect(failures);
    }
  }

  /**
   * Waits, longer after each failure and with a random part, so that not all clients come at once.
   */
  async #reconnect(failures: number): Promise<Listening | undefined> {
    const { signal } = this.#abort;
    const jitter = 0.5 + Math.random() / 2;
    try {
      await pause(pauseAfter(failures, BEFORE_LISTENING_AGAIN) * jitter, signal);
      const listening = this.#connect();
      this.honoured = await listening.acknowledged;
      await this.#push({ type: 'reconnected' });
      return listening;
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#options.logger.warn(
        `The subscription could not be opened again: ${shownMessage(error)}`,
      );
      const ended = Promise.reject(error);
      // If the subscription has been closed meanwhile, nobody waits for it.
      ended.catch(() => {});
      return { acknowledged: Promise.resolve({}), ended };
    }
  }

  #connect(): Listening {
    return this.#listen(this.#abort.signal, (change) => {
      this.#push(change).catch((error) => this.#finish({ error }));
    });
  }

  async #push(change: Change): Promise<void> {
    await this.#options.beforeChange(change);
    if (this.#waiting.size >= MAX_WAITING) {
      return this.#finish({ error: new InvalidResponseError('it sent changes without an end') });
    }
    this.#waiting.set('uri' in change ? `${change.type} ${change.uri}` : change.type, change);
    this.#wake?.();
  }

  /** @param reason why the stream is left, for a connection that is still being made */
  #finish(end: { readonly error?: unknown }, reason?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#abort.abort(reason);
    this.#options.onEnd();
    this.#wake?.();
  }
}
