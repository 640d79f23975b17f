import type { Ask } from '../../asks/ask.ts';
import type { AskKind, Asked } from '../../journal/journal.ts';
import { Deferred } from './deferred.ts';

/** Is notified when an ask is first awaited (F4). */
export interface AskWatcher {
  onAwaited(ask: PendingAsk): void;
}

/** An ask the handler has made in this round. */
export class PendingAsk extends Deferred<unknown> {
  readonly ask: Ask<unknown>;
  /** Whether it waits for the client: no recorded outcome, and no answer waiting for delivery. */
  isOpen = false;
  /** Whether no earlier round has sent its question (F11). */
  first = false;
  /**
   * How often the question has been sent, as far as it counts, including the sending at the end of
   * this round (F9).
   */
  sendings = 1;
  /** How often it has been sent beyond that. */
  resent = 0;
  /** Whether the host knows that it waits for the client. */
  isAnnounced = false;
  /** What was wrong with the last answer. It is shown with the question. */
  problems: readonly string[] = [];
  /** When it expires, in ms since the epoch; `undefined`: never. */
  expiresAt: number | undefined;
  readonly #watcher: AskWatcher;

  constructor(ask: Ask<unknown>, watcher: AskWatcher) {
    super();
    this.ask = ask;
    this.#watcher = watcher;
  }

  override onAwaited(): void {
    super.onAwaited();
    this.#watcher.onAwaited(this);
  }

  /** How often the question has been sent, if it is not sent again. */
  get sent(): Pick<Asked, 'sendings' | 'resent'> {
    const sendings = this.isAnnounced ? this.sendings : this.sendings - 1;
    return { sendings, resent: this.resent || undefined };
  }

  get kind(): AskKind {
    return this.ask.kind;
  }

  get key(): string {
    return this.ask.key;
  }
}
