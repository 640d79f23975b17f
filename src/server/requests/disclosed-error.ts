/**
 * Decides what the client learns of an error: a JSON-RPC error, a message in the result, or only
 * "Internal error". The rest is logged.
 */
import {
  DivergenceError,
  InputDeclinedError,
  InvalidAnswerError,
  MissingCapabilityError,
  RoundTimeoutError,
  StepError,
} from '../../flow/journal/errors.ts';
import { ErrorCode } from '../../protocol/codes.ts';
import { RondoError } from '../../base/errors.ts';
import { RpcError, internalError, missingCapability } from '../../protocol/rpc-error.ts';
import type { Logger } from '../../base/logger.ts';
import { attempt, describeError } from '../../base/thrown.ts';

/** What a user or model may be told, as opposed to a wire error. */
export interface Disclosed {
  readonly message: string;
}

const CANNOT_CONTINUE = 'This call cannot be continued. It may be started again.';
const UNEXPECTED = 'The call failed unexpectedly.';

/** Codes of the protocol's own range that this revision defines. */
const DEFINED: readonly number[] = Object.values(ErrorCode);

/** Built-in errors are thrown by bugs: their messages are for the log. */
const BUGS = [TypeError, ReferenceError, RangeError, SyntaxError, EvalError, URIError];

const FOR_OTHERS = [InputDeclinedError, InvalidAnswerError, StepError];

/**
 * What a handler threw: an error for the wire, or what may be told of it.
 *
 * An author's own error is told with its message; what looks like a bug is logged with its stack.
 */
export function discloseThrown(
  error: unknown,
  where: string,
  logger: Logger,
): RpcError | Disclosed {
  if (error instanceof RpcError) return allowed(error, where, logger);
  if (error instanceof MissingCapabilityError) return missingCapability(error.requiredCapabilities);
  if (error instanceof RondoError && !isForOthers(error))
    return discloseEngineFailure(error, where, logger);
  const message = attempt(() => ownMessage(error));
  if (message !== undefined) return { message };
  logger.error(`${where} failed: ${describeError(error)}`);
  return { message: UNEXPECTED };
}

/** The message of an author's own error; a bug has none to tell. Throws where its getters do. */
function ownMessage(error: unknown): string | undefined {
  return error instanceof Error && !isBug(error) ? String(error.message) : undefined;
}

/** What this library says to the author is for the log, except what has come of questions and steps. */
function isForOthers(error: RondoError): boolean {
  return FOR_OTHERS.some((type) => error instanceof type);
}

/** Codes the protocol keeps for itself are not an author's to send (EN-11). */
function allowed(error: RpcError, where: string, logger: Logger): RpcError {
  const { code } = error;
  const isKept =
    (code <= -32_000 && code >= -32_099 && !DEFINED.includes(code)) || code === -32_042;
  if (!isKept) return error;
  logger.error(`${where} threw RpcError ${code}, which is reserved; use codes of your own`);
  return internalError();
}

/** Why the engine gave a round up: an error for the wire, or what may be told of it (F4, F8). */
export function discloseEngineFailure(
  error: unknown,
  where: string,
  logger: Logger,
): RpcError | Disclosed {
  if (error instanceof RpcError) return error;
  if (error instanceof RondoError && error.code === 'cancelled') return internalError();
  logger.error(`${where} failed: ${describeError(error)}`);
  if (error instanceof DivergenceError) return { message: CANNOT_CONTINUE };
  if (error instanceof RoundTimeoutError) return outOfTime();
  return internalError();
}

/**
 * For prompts and resources, whose results have no place for a failure: a refusal is told, anything
 * else is not.
 */
export function wireErrorFor(
  end: { readonly type: 'threw' | 'failed'; readonly error: unknown },
  where: string,
  logger: Logger,
): RpcError {
  const { type, error } = end;
  const disclosed = (type === 'threw' ? discloseThrown : discloseEngineFailure)(
    error,
    where,
    logger,
  );
  if (disclosed instanceof RpcError) return disclosed;
  const mayDisclose =
    type === 'failed' || error instanceof InputDeclinedError || error instanceof InvalidAnswerError;
  if (mayDisclose) return new RpcError(ErrorCode.InternalError, disclosed.message);
  if (disclosed.message !== UNEXPECTED) logger.error(`${where} failed: ${describeError(error)}`);
  return internalError();
}

/** The round is lost, its past is not: the same request may be sent again (F4). */
function outOfTime(): RpcError {
  const message = 'The server ran out of time; the same request may be sent again';
  return new RpcError(ErrorCode.InternalError, message, { retryable: true });
}

function isBug(error: Error): boolean {
  if (error instanceof StepError) return BUGS.some((bug) => bug.name === error.cause.name);
  return BUGS.some((bug) => error instanceof bug);
}
