import type { JsonRpcError } from '../../../protocol/types/jsonrpc.ts';
import { RpcError } from '../../../protocol/rpc-error.ts';
import { unanswered } from './server-questions.ts';

/** What a server may learn of why its question is not answered. */
export function disclosed(error: unknown): JsonRpcError {
  const { code, message } = error instanceof RpcError ? error : unanswered();
  return { code, message };
}
