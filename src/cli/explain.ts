/** The message and the exit code for anything that was thrown. */
import { RondoError, type RondoErrorCode } from '../base/errors.ts';
import { ErrorCode } from '../protocol/codes.ts';
import { isRecord } from '../base/json.ts';
import { RpcError } from '../protocol/rpc-error.ts';
import { ExitCode, Failure, Interruption, Unfinished, UsageError } from './failure.ts';
import { clean, cleanLine } from './terminal/clean.ts';

export interface Explanation {
  readonly message: string;
  readonly exitCode: number;
}

/** Errors that the user's input causes. All others are caused by the server. */
const USER_CODES: readonly RondoErrorCode[] = [
  'invalid_answer',
  'invalid_options',
  'invalid_schema',
];

export function explain(error: unknown): Explanation {
  if (error instanceof Unfinished) {
    const { message, exitCode } = explain(error.cause);
    return { message: `${message}\n${error.advice}`.trim(), exitCode };
  }
  if (error instanceof UsageError) return { message: error.message, exitCode: ExitCode.usage };
  if (error instanceof Failure) return { message: error.message, exitCode: ExitCode.failed };
  if (error instanceof Interruption) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof RpcError) return { message: rpcMessage(error), exitCode: ExitCode.server };
  if (error instanceof RondoError) return rondoExplanation(error);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `This should not happen. ${clean(text)}`, exitCode: ExitCode.server };
}

function rondoExplanation(error: RondoError): Explanation {
  const exitCode = USER_CODES.includes(error.code) ? ExitCode.usage : ExitCode.server;
  if (error.code === 'state_refused') return { message: REFUSED, exitCode };
  return { message: `${clean(error.message)}${advice(error)}`, exitCode };
}

const REFUSED = `The server does not accept the state of this flow any more.
It has expired, or the server has other keys than when it asked. A server that is
started as a program is new each time: give it --env RONDO_STATE_KEYS.`;

function advice({ code, message }: RondoError): string {
  if (code === 'timeout') return '\nGive it longer with --timeout.';
  if (code !== 'transport_failed') return '';
  if (message.includes('ENOENT'))
    return '\nIs it installed? A URL begins with http:// or https://.';
  return message.includes('ended with') ? '\n--verbose shows what it says about that.' : '';
}

function rpcMessage({ code, message, data }: RpcError): string {
  const said = `The server answers with error ${code}: ${cleanLine(message)}`;
  if (code !== ErrorCode.MissingRequiredClientCapability) return said;
  const required = isRecord(data) ? data['requiredCapabilities'] : undefined;
  const names = isRecord(required) ? Object.keys(required).map(cleanLine) : [];
  if (names.includes('roots')) return `${said}\nIt wants a directory to work in: give --root.`;
  if (names.includes('sampling')) return `${said}\nIt wants a language model, and rondo has none.`;
  return `${said}: ${names.join(', ')}`;
}
