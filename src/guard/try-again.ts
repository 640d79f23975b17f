import { type RpcError, internalError } from '../protocol/rpc-error.ts';

/** The request was not served, or its reply is not known: it may be sent again as it is (S7). */
export function tryAgain(): RpcError {
  return internalError({ retryable: true });
}
