import { describeError } from '../../base/thrown.ts';
import type { Logger } from '../../base/logging/logger.ts';
import type { Reply } from '../../protocol/dispatcher.ts';
import type { RequestId } from '../../protocol/types/jsonrpc.ts';
import { errorReply, resultReply } from '../../protocol/reply.ts';
import { RpcError, internalError } from '../../protocol/rpc-error.ts';

/** A reply as it is written, without its id: it can be recorded, and sent again under another. */
export type Finished = (FinishedResult | FinishedError) & {
  /** HTTP headers. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
};

export interface FinishedResult {
  /** The result as JSON text. */
  readonly result: string;
}

export interface FinishedError {
  readonly error: RpcError;
  /** The HTTP status. Default: what the specification fixes for the error's code. */
  readonly status?: number;
}

/** The reply with the id of the request that it answers. */
export function replyOf(id: RequestId, finished: Finished): Reply {
  const reply =
    'error' in finished
      ? errorReply(id, finished.error, finished.status)
      : resultReply(id, finished.result);
  return finished.headers === undefined ? reply : { ...reply, headers: finished.headers };
}

/**
 * What `write` gives, or the error that the client gets for what it throws. Never rejects.
 *
 * @param where what is served, for the log
 */
export async function finish(
  write: () => string | Promise<string>,
  where: string,
  logger: Logger,
): Promise<Finished> {
  try {
    return { result: await write() };
  } catch (error) {
    return { error: disclosedError(error, where, logger) };
  }
}

/** The error that the client gets for what was thrown; what is not for it is logged. */
function disclosedError(error: unknown, where: string, logger: Logger): RpcError {
  if (error instanceof RpcError) return error;
  logger.error(`${where} failed: ${describeError(error)}`);
  return internalError();
}
