/** What the user can do about a flow that has not come to its end. */
import { StateRefusedError } from '../../client/calls/errors.ts';
import { RondoError } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import type { InputResponses } from '../../protocol/results.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import { OutputError } from '../failure.ts';
import { cleanJson } from '../terminal/clean.ts';
import { quoted } from '../terminal/quoted.ts';
import type { SessionOptions } from './session.ts';
import { rondo } from '../command-name.ts';

/** What there is of the flow. */
export interface Left {
  /** The file that has it; `undefined` if none has. */
  readonly path: string | undefined;
  readonly hasBegun: boolean;
  readonly hasResult: boolean;
  /** To the questions of the newest round. */
  readonly answers: InputResponses;
  readonly options: SessionOptions;
  /** The command that goes on with the task that the flow has become. */
  readonly follow?: string | undefined;
}

export function adviceFor(cause: unknown, left: Left): string {
  const { path } = left;
  if (cause instanceof OutputError && cause.isClosed && path === undefined) return '';
  if (path === undefined) return adviceWithoutFile(cause, left);
  const resume = `${rondo} resume ${quoted(path)}`;
  if (left.hasResult) return `The result is saved. Print it with: ${resume}`;
  if (cause instanceof StateRefusedError) return `The flow stays in ${path}, with your answers.`;
  if (isWrongResult(cause)) return `The flow stays in ${path}, as it was before that result.`;
  if (left.follow !== undefined && isEndOfTask(cause)) {
    return `The task has ended, and nothing is left to do. Its flow stays in ${path}.`;
  }
  return `The flow is saved. Continue with: ${resume}${optionsAgain(left.options)}`;
}

function adviceWithoutFile(
  cause: unknown,
  { hasBegun, hasResult, answers, options, follow }: Left,
): string {
  if (!hasBegun || hasResult || isWrongResult(cause)) return '';
  if (follow !== undefined) return isEndOfTask(cause) ? '' : goesOn(follow, options);
  const nothing = 'Nothing is kept of it; with --save <file>, it would be.';
  const given = Object.entries(answers).filter(([, answer]) => 'action' in answer);
  // What came from a file is there already; it may be secret, and this may go into a log.
  if (given.length === 0 || options.answers !== undefined) return nothing;
  return `${nothing}\nYour answers, for --answers: ${cleanJson(Object.fromEntries(given))}`;
}

/** The server has answered: a task that has failed or was cancelled, or is not there. */
function isEndOfTask(cause: unknown): boolean {
  if (cause instanceof RpcError) return !(isRecord(cause.data) && cause.data['retryable'] === true);
  return cause instanceof RondoError && cause.code === 'cancelled';
}

/** A task goes on without us, with its answers so far. */
function goesOn(follow: string, options: SessionOptions): string {
  return `The task goes on without you. Come back to it with: ${follow}${optionsAgain(options)}`;
}

/** Options that are not saved, and have to be given again. */
function optionsAgain({ header, allowInsecureUrls, answers }: SessionOptions): string {
  return [
    header === undefined ? '' : ' --header …',
    answers === undefined ? '' : ` --answers ${quoted(answers)}`,
    allowInsecureUrls ? ' --allow-insecure-urls' : '',
  ].join('');
}

/** A result has arrived, and is not one: it is printed as it is. */
export function isWrongResult(error: unknown): error is Error & { cause: Record<string, unknown> } {
  return error instanceof InvalidResponseError && isRecord(error.cause);
}
