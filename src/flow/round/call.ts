import type { Ask } from '../asks/ask.ts';
import { Deferred } from './deferred.ts';

/** A step the handler has called in this round. */
export class StepCall extends Deferred<unknown> {
  readonly kind = 'step';
  readonly key: string;

  constructor(key: string) {
    super();
    this.key = key;
  }
}

/** Told when somebody first waits for an ask (F4). */
export interface AskWatcher {
  onAwaited(call: AskCall): void;
}

/** An ask the handler has made in this round. */
export class AskCall extends Deferred<unknown> {
  readonly ask: Ask<unknown>;
  /** Whether somebody has called `then` on its promise (F4). */
  awaited = false;
  /** Whether it waits for the client: no recorded outcome, no answer under way. */
  isOpen = false;
  /** Whether this round is the first to make it (F11). */
  first = false;
  /** How often the question has been sent, counting the end of this round (F9). */
  sendings = 1;
  /** What was wrong with the last answer, to be shown with the question. */
  problems: readonly string[] = [];
  readonly #watcher: AskWatcher;

  constructor(ask: Ask<unknown>, watcher: AskWatcher) {
    super();
    this.ask = ask;
    this.#watcher = watcher;
  }

  override onAwaited(): void {
    this.awaited = true;
    this.#watcher.onAwaited(this);
  }

  get kind(): Ask<unknown>['kind'] {
    return this.ask.kind;
  }

  get key(): string {
    return this.ask.key;
  }
}

export type Call = StepCall | AskCall;
