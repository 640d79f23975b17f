import { brand } from '../../base/brand.ts';
import { RondoError } from '../../base/errors.ts';
import type { JsonRpcError } from '../../protocol/types/jsonrpc.ts';
import type { InputResponses } from '../../protocol/results.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { HttpRefusal } from '../../protocol/transport.ts';

/**
 * The server no longer accepts the flow's state: it has expired, or another server made it. Start
 * the call again. The user's answers are in `answers`; the client never sends them with another
 * flow.
 */
export class StateRefusedError extends RondoError<'state_refused'> {
  override readonly name = 'StateRefusedError';
  readonly answers: InputResponses;

  constructor(answers: InputResponses, cause: unknown) {
    super(
      'state_refused',
      'The server does not accept the state of this call any more. Start the call again; ' +
        'the answers so far are in `answers` of this error.',
      { cause },
    );
    this.answers = answers;
  }
}
brand(StateRefusedError, 'StateRefusedError');

/** The error of every call of a client that has been closed. */
export function clientClosed(): RondoError<'closed'> {
  return new RondoError('closed', 'The client was closed. Make another one for more calls.');
}

/**
 * Why `what` has ended whose signal aborted: its client was closed, or else its caller cancelled it;
 * then the cause is the signal's reason.
 */
export function endedBy(
  what: string,
  signal: AbortSignal,
): RondoError<'closed'> | RondoError<'cancelled'> {
  const reason: unknown = signal.reason;
  if (reason instanceof RondoError && reason.code === 'closed') return reason as never;
  return new RondoError('cancelled', `${what} was cancelled.`, { cause: reason });
}

/** A JSON-RPC error that came with an HTTP status of its own. */
export class HttpRpcError extends RpcError implements HttpRefusal {
  readonly status: number;
  readonly retryAfter: number | undefined;

  /** @internal */
  constructor({ code, message, data }: JsonRpcError, { status, retryAfter }: HttpRefusal) {
    super(code, message, data);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
brand(HttpRpcError, 'HttpRpcError');

/** The server took too long to answer. */
export class TimeoutError extends RondoError<'timeout'> {
  override readonly name = 'TimeoutError';

  constructor(method: string, ms: number) {
    super('timeout', `The server did not answer ${method} within ${ms} ms.`);
  }
}
brand(TimeoutError, 'TimeoutError');
