import { Deferred } from './deferred.ts';

/** A step the handler has called in this round. */
export class PendingStep extends Deferred<unknown> {
  readonly kind = 'step';
  readonly key: string;

  constructor(key: string) {
    super();
    this.key = key;
  }
}
