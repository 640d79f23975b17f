import { brand } from '../../base/brand.ts';
import { RondoError } from '../../base/errors.ts';
import type { InputResponses } from '../../protocol/results.ts';

/**
 * The server no longer accepts the flow's state: it expired, or was made elsewhere. The answers
 * given so far are handed back; they are never sent with another flow.
 */
export class StateRefusedError extends RondoError<'state_refused'> {
  override readonly name = 'StateRefusedError';
  readonly answers: InputResponses;

  constructor(answers: InputResponses, cause: unknown) {
    super(
      'state_refused',
      'The server does not accept the state of this call any more. Start the call again; ' +
        'the answers given are in `answers`.',
      { cause },
    );
    this.answers = answers;
  }
}
brand(StateRefusedError, 'StateRefusedError');

/** The caller's signal aborted `what`; its reason is the cause. */
export function cancelled(what: string, signal: AbortSignal): RondoError<'cancelled'> {
  return new RondoError('cancelled', `${what} was cancelled.`, { cause: signal.reason as unknown });
}

/** A request took too long on the server's side. */
export class TimeoutError extends RondoError<'timeout'> {
  override readonly name = 'TimeoutError';

  constructor(method: string, ms: number) {
    super('timeout', `The server did not answer ${method} within ${ms} ms.`);
  }
}
brand(TimeoutError, 'TimeoutError');
