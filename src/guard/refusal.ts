import { ErrorCode } from '../protocol/names/codes.ts';
import { type Refusal, requestRefused, stateRefused } from '../protocol/refusal.ts';
import { RpcError, invalidParams } from '../protocol/rpc-error.ts';
import type { GuardedRequest } from './guard-entry.ts';

/** Of a round, the same error as for every state that is refused (S3). */
export function refusal({ by }: GuardedRequest, why: 'spent' | 'other'): Refusal {
  if (by === 'round') return stateRefused(why === 'other' ? 'other_request' : 'spent');
  if (why === 'spent') return isOver('its reply is not kept any more');
  return requestRefused('key_reused', invalidParams(`The ${by} was used for another call`));
}

/** Of a call that has a key, and whose flow nobody can go on with. */
export function isOver(why: string): Refusal {
  const message = `This call was made before, and ${why}`;
  return requestRefused('reply_gone', new RpcError(ErrorCode.InternalError, message));
}
