/** The message and the exit code for anything that was thrown. */
import { RondoError, type RondoErrorCode } from '../base/errors.ts';
import { ErrorCode } from '../protocol/names/codes.ts';
import { isRecord } from '../base/json/json.ts';
import { RpcError, internalError } from '../protocol/rpc-error.ts';
import { rondo } from './command-name.ts';
import { ExitCode, Failure, Interruption, OutputError, Unfinished, UsageError } from './failure.ts';
import { why } from './system-words.ts';
import { clean, cleanExcerpt } from './terminal/clean.ts';

export interface Explanation {
  readonly message: string;
  /** How to go on, with commands to be copied; empty if there is nothing to say. */
  readonly advice: string;
  readonly exitCode: number;
  /** For programs: the code of the error, of this package or of JSON-RPC. */
  readonly code?: RondoErrorCode | number;
  /** What the server has sent with its error. */
  readonly data?: unknown;
  /** What came as the result, and is none. */
  readonly wrongResult?: unknown;
}

/** Errors that the user's input causes. All others are caused by the server. */
const USER_CODES: readonly RondoErrorCode[] = [
  'invalid_answer',
  'invalid_options',
  'invalid_schema',
];

export function explain(error: unknown): Explanation {
  if (error instanceof Unfinished) {
    const { advice, ...explained } = explain(error.cause);
    const { wrongResult } = error;
    return { ...explained, advice: `${advice}\n${error.advice}`.trim(), wrongResult };
  }
  if (error instanceof UsageError) return said(error.message, ExitCode.usage);
  if (error instanceof OutputError) return outputExplanation(error);
  if (error instanceof Failure) return said(error.message, ExitCode.failed);
  if (error instanceof Interruption) return said(error.message, error.exitCode);
  if (error instanceof RpcError) {
    return { ...rpcExplanation(error), code: error.code, data: error.data };
  }
  if (error instanceof RondoError) return { ...rondoExplanation(error), code: error.code };
  if (isSystemError(error)) return said(systemMessage(error), ExitCode.server);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return said(`This should not happen. ${clean(text)}`, ExitCode.server);
}

/** What the system refuses, such as `EACCES`, is no fault of this program: its stack says nothing. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function systemMessage(error: NodeJS.ErrnoException): string {
  const { path, syscall, code } = error;
  if (typeof path !== 'string') return `${clean(error.message)}.`;
  return `${clean(path)} cannot be used: ${why(error)} (${code}, ${syscall}).`;
}

function said(message: string, exitCode: number, advice = ''): Explanation {
  return { message, advice, exitCode };
}

/** Who closes the output early, as `head` does, has what was wanted. */
function outputExplanation({ message, isClosed }: OutputError): Explanation {
  return isClosed ? said('', ExitCode.ok) : said(message, ExitCode.failed);
}

function rondoExplanation(error: RondoError): Explanation {
  const exitCode = USER_CODES.includes(error.code) ? ExitCode.usage : ExitCode.server;
  if (error.code === 'state_refused') return said(REFUSED, exitCode, NEW_KEYS);
  return said(cleanExcerpt(error.message), exitCode, adviceFor(error));
}

const REFUSED = 'The server does not accept the state of this flow any more.';
const NEW_KEYS = `It has expired, or the server has other keys than when it asked. A server that is
started as a program is new each time: give it --env RONDO_STATE_KEYS.`;

function adviceFor({ code, message }: RondoError): string {
  if (code === 'timeout') return 'Give it longer with --timeout.';
  if (code === 'directory_in_use') return 'Close it first.';
  if (code === 'authorization_failed') return NO_METADATA.test(message) ? LOGIN_ADVICE : '';
  if (code === 'store_failed') return NO_DATABASE.test(message) ? DATABASE_ADVICE : '';
  if (code !== 'transport_failed') return '';
  return TRANSPORT_ADVICE.find(([pattern]) => pattern.test(message))?.[1] ?? '';
}

const NO_METADATA = /resource: the server publishes none/;

const LOGIN_ADVICE = `It does not say where to log in. Perhaps it wants no login: try ${rondo} list.`;

/** It cannot be reached, does not let this user in, or is not there. */
const NO_DATABASE = /\((?:ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|08...|28...|3D...):/;

const DATABASE_ADVICE = 'Is the database running, and is RONDO_DATABASE_URL right?';

/** By the message of a failed transport. The first that matches counts. */
const TRANSPORT_ADVICE: readonly (readonly [RegExp, string])[] = [
  [/(?:PATH|' is not there) \(ENOENT/, 'Is it installed? A URL begins with http:// or https://.'],
  [/ended with/, '--verbose shows what it says about that.'],
  [
    /HTTP 401/,
    "It wants to know who calls: --header 'Authorization: Bearer …', or --header @file.",
  ],
  [
    /HTTP 403/,
    'What you gave with --header is not enough for that, or it does not serve this host.',
  ],
  [/HTTP 40[45]/, 'Is this the whole URL? Many servers are at …/mcp.'],
  [/HTTP (?:429|503)/, 'It is busy: try again later.'],
  [/ECONNREFUSED/, 'Is it running, and at this port?'],
  [/ENOTFOUND|EAI_AGAIN/, 'Is the host spelt right?'],
];

/** The advice for an error whose message says nothing. */
function wordless(data: unknown): string {
  return isRecord(data) && data['retryable'] === true
    ? 'The server says that it may be tried again.'
    : 'If the server is yours: its log says what went wrong.';
}

function rpcExplanation({ code, message, data }: RpcError): Explanation {
  const text = `The server answers with error ${code}: ${cleanExcerpt(message)}`;
  if (message === internalError().message) return said(text, ExitCode.server, wordless(data));
  if (code !== ErrorCode.MissingRequiredClientCapability) return said(text, ExitCode.server);
  const required = isRecord(data) ? data['requiredCapabilities'] : undefined;
  const names = isRecord(required) ? Object.keys(required).slice(0, 20).map(cleanExcerpt) : [];
  const known = CAPABILITY_ADVICE.find(([name]) => names.includes(name));
  if (known !== undefined) return said(text, ExitCode.server, known[1]);
  const list = names.join(', ');
  return said(text.includes(list) ? text : `${text}: ${list}`, ExitCode.server);
}

const CAPABILITY_ADVICE: readonly (readonly [string, string])[] = [
  ['roots', 'It wants a directory to work in: give --root.'],
  ['sampling', 'It wants a language model, and rondo has none.'],
];
