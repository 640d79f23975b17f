/** Requests that are refused for a reason that their client does not learn: it is for `on` and the log. */
import { RpcError, internalError, invalidParams } from './rpc-error.ts';

/** Why a request was refused. */
export type RefusalReason =
  | 'unknown_task'
  | 'too_many_tasks'
  | 'key_reused'
  | 'reply_gone'
  | 'still_running'
  | 'too_many_waiting'
  | 'claim_lost'
  | 'store_failed';

/** Why a state was refused that is good itself: its round has had another request; it has no reply any more. */
export type UsedState = 'other_request' | 'spent';

/** What is reported of a refusal, apart from the request. */
export type Refused =
  | { readonly type: 'request_refused'; readonly reason: RefusalReason }
  | { readonly type: 'state_refused'; readonly check: UsedState };

/** An error that is reported where its reply is written, once for each request. */
export class Refusal extends RpcError {
  readonly refused: Refused;

  constructor(refused: Refused, { code, message, data }: RpcError) {
    super(code, message, data);
    this.refused = refused;
  }
}

export function requestRefused(reason: RefusalReason, error: RpcError): Refusal {
  return new Refusal({ type: 'request_refused', reason }, error);
}

export function stateRefused(check: UsedState): Refusal {
  return new Refusal({ type: 'state_refused', check }, invalidState());
}

/** The request was not served, or its reply is not known: it may be sent again as it is (S7). */
export function tryAgain(reason: RefusalReason): Refusal {
  return requestRefused(reason, internalError({ retryable: true }));
}

/** The same error for everything that can be wrong with a state: the client must not learn what (S3). */
export function invalidState(): RpcError {
  return invalidParams('Invalid or expired requestState', { reason: 'request_state' });
}
