import { Deferred } from './deferred.ts';

/** Is notified when a step is first awaited. */
export interface StepWatcher {
  readonly onSettling: (() => void) | undefined;
}

/** A step the handler has called in this round. */
export class PendingStep extends Deferred<unknown> {
  readonly kind = 'step';
  readonly key: string;
  /** What it has failed with, as it was thrown. */
  failure: { readonly error: unknown } | undefined;
  readonly #watcher: StepWatcher;

  constructor(key: string, watcher: StepWatcher) {
    super();
    this.key = key;
    this.#watcher = watcher;
  }

  override onAwaited(): void {
    super.onAwaited();
    this.#watcher.onSettling?.();
  }
}
