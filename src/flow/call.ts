import type { Ask } from './ask.ts';
import { type Deferred, defer } from './deferred.ts';

/** A step the handler has called in this round. */
export class StepCall {
  readonly kind = 'step';
  readonly key: string;
  readonly deferred: Deferred<unknown>;

  constructor(key: string) {
    this.key = key;
    this.deferred = defer(ignore);
  }
}

/** An ask the handler has made in this round. */
export class AskCall {
  readonly ask: Ask<unknown>;
  readonly deferred: Deferred<unknown>;
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

  constructor(ask: Ask<unknown>, onAwaited: () => void) {
    this.ask = ask;
    this.deferred = defer(() => {
      this.awaited = true;
      onAwaited();
    });
  }

  get kind(): Ask<unknown>['kind'] {
    return this.ask.kind;
  }

  get key(): string {
    return this.ask.key;
  }
}

export type Call = StepCall | AskCall;

function ignore(): void {}
