/**
 * Decides what the client learns of an error: a JSON-RPC error, a message in the result, or only
 * "Internal error". The rest is logged.
 */
import { isNoError, isUnrecordable } from '../../flow/journal/record.ts';
import { systemMessage } from './system-message.ts';
import {
  DivergenceError,
  InputDeclinedError,
  InvalidAnswerError,
  MissingCapabilityError,
  RoundTimeoutError,
  StepError,
} from '../../flow/journal/errors.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import { RondoError } from '../../base/errors.ts';
import { RpcError, internalError, missingCapability } from '../../protocol/rpc-error.ts';
import type { Unfit } from '../../schema/json/checked.ts';
import type { Logger } from '../../base/logging/logger.ts';
import { attempt, describeError } from '../../base/thrown.ts';

/** A message that the user or the model may see, in a result. */
export interface Disclosed {
  readonly message: string;
}

const CANNOT_CONTINUE = 'This call cannot be continued. It may be started again.';
const UNEXPECTED = 'The call failed unexpectedly.';

/** The error codes that this revision defines. */
const DEFINED: readonly number[] = Object.values(ErrorCode);

/** Errors that bugs throw: their messages are only logged. */
const BUGS = [TypeError, ReferenceError, RangeError, SyntaxError, EvalError, URIError];

const FOR_OTHERS = [InputDeclinedError, InvalidAnswerError, StepError];

/**
 * What the client learns of an error that a handler threw: a JSON-RPC error, or a message.
 *
 * The message of an author's own error is disclosed. An error that looks like a bug is logged with
 * its stack.
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
  const own = attempt(() => ownMessage(error));
  if (own !== undefined) return { message: own };
  // It was logged when it was recorded.
  if (error instanceof StepError && isUnrecordable(error.cause)) return { message: UNEXPECTED };
  logger.error(`${where} failed: ${describeError(error)}`);
  return { message: attempt(() => systemMessage(error)) ?? UNEXPECTED };
}

/**
 * The message of an author's own error; `undefined` for a bug, for what is no error, and for an error of
 * the operating system, which can name files and hosts. Throws if the error's getters throw.
 */
function ownMessage(error: unknown): string | undefined {
  if (!(error instanceof Error) || isBug(error) || systemMessage(error) !== undefined) return;
  if (error instanceof StepError && (isUnrecordable(error.cause) || isNoError(error.cause))) return;
  return String(error.message);
}

/** Whether clients may see an error of this library: only the outcomes of questions and steps. */
function isForOthers(error: RondoError): boolean {
  return FOR_OTHERS.some((type) => error instanceof type);
}

/** Replaces errors whose code is reserved by the protocol: authors may not send them (EN-11). */
function allowed(error: RpcError, where: string, logger: Logger): RpcError {
  const { code } = error;
  const isKept = code <= -32_000 && code >= -32_099 && !DEFINED.includes(code);
  if (!isKept) return sendable(error, where, logger);
  logger.error(`${where} threw RpcError ${code}, which is reserved; use codes of your own`);
  return internalError();
}

/** Replaces errors that cannot be written: neither on the wire, nor in a store. */
function sendable(error: RpcError, where: string, logger: Logger): RpcError {
  try {
    JSON.stringify(error.data);
    return error;
  } catch (unsendable) {
    const why = describeError(unsendable);
    logger.error(`${where} threw RpcError ${error.code}, whose data cannot be sent: ${why}`);
    return internalError();
  }
}

/**
 * What the client learns when the engine failed a round: a JSON-RPC error, or a message (F4, F8).
 */
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
 * The JSON-RPC error for a prompt or a resource, whose results cannot contain a failure. Only a
 * refusal of the user's is disclosed.
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
  // All else has been logged already.
  if (attempt(() => ownMessage(error)) !== undefined)
    logger.error(`${where} failed: ${describeError(error)}`);
  return internalError();
}

/** Logs what a schema's own code threw, if the client does not hear of it. */
export function logBug({ bug }: Unfit, where: string, logger: Logger): void {
  if (bug !== undefined) logger.error(`${where} failed: ${describeError(bug)}`);
}

/** The round failed, but not the flow: the client may send the same request again (F4). */
function outOfTime(): RpcError {
  const message = 'The server ran out of time; the same request may be sent again';
  return new RpcError(ErrorCode.InternalError, message, { retryable: true });
}

function isBug(error: Error): boolean {
  if (error instanceof StepError) return BUGS.some((bug) => bug.name === error.cause.name);
  return BUGS.some((bug) => error instanceof bug);
}
