/** Runs the flows of the commands `call`, `prompt`, `read` and `resume`. */
import type { Stepper } from '../../client/flows/stepper.ts';
import type { UnknownRecord } from '../../base/json/json.ts';
import { type AskingMethod, Method } from '../../protocol/names/methods.ts';
import { ErrorCode, OldErrorCode } from '../../protocol/names/codes.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import { ExitCode, Unfinished } from '../failure.ts';
import { FlowFile } from '../flow/flow-file.ts';
import { withFlowLock } from '../flow/flow-lock.ts';
import { type Earlier, FlowRun } from '../flow/flow-run.ts';
import { type Session, type SessionOptions, withSession } from '../flow/session.ts';
import { print } from '../output/print.ts';
import { renderResult, resourceBytes } from '../output/result.ts';
import { type Given, takeTarget } from '../target/target.ts';
import { cleanJson, cleanLine } from '../terminal/clean.ts';
import { meant } from '../terminal/meant.ts';

export interface FlowCommandOptions extends SessionOptions {
  readonly save?: string;
}

/** How a flow of some kind begins. */
export interface Beginning {
  /** The word beside the server: the name of the tool, say. */
  readonly what: string;
  begin(session: Session, name: string): Stepper | Promise<Stepper>;
  /** The names that the server has; asked for once it has refused one. */
  names?(session: Session): Promise<readonly string[]>;
}

/** Begins a flow and runs it to its end. Resolves with the exit code. */
export async function startFlow(
  given: Given,
  options: FlowCommandOptions,
  beginning: Beginning,
): Promise<number> {
  const { address, words } = takeTarget(given, [beginning.what]);
  const name = words[0]!;
  const run = (file?: FlowFile): Promise<number> =>
    withSession(address, options, async (session) => {
      const stepper = await beginning.begin(session, name);
      return runFlow(session, stepper, file).catch(async (error: unknown) => {
        throw await withMeant(session, name, beginning, error);
      });
    });
  const { save } = options;
  return save === undefined ? run() : withFlowLock(save, () => run(FlowFile.create(save)));
}

const REFUSED_NAME: readonly number[] = [ErrorCode.InvalidParams, OldErrorCode.ResourceNotFound];

/** The error of a server that has no such name, with the one that was meant. */
async function withMeant(
  session: Session,
  name: string,
  beginning: Beginning,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof Unfinished) || beginning.names === undefined) return error;
  const { cause } = error;
  if (!(cause instanceof RpcError) || !REFUSED_NAME.includes(cause.code)) return error;
  const known = await beginning.names(session).catch((): readonly string[] => []);
  if (known.includes(name)) return error;
  return new Unfinished(cause, [meant(name, known), error.advice].filter(Boolean).join('\n'));
}

/** Runs a flow to its end and prints its result. Resolves with the exit code. */
export async function runFlow(
  session: Session,
  stepper: Stepper,
  file?: FlowFile,
  earlier?: Earlier,
): Promise<number> {
  const run = new FlowRun(session, stepper, file, earlier);
  await run.toEnd((each) => printResult(session, stepper.method, each));
  return exitCodeOf(session, stepper, run);
}

/** Answers what a task asks now; `runFlow` goes on to its end. Resolves with the exit code. */
export async function answerOnce(session: Session, stepper: Stepper): Promise<number> {
  const run = new FlowRun(session, stepper);
  await run.answerOnce((each) => printResult(session, stepper.method, each));
  if (stepper.status === 'working') session.status.say('Nothing is asked now; the task goes on.');
  if (stepper.status === 'asking') session.status.say('The task asks more: answer that as well.');
  return exitCodeOf(session, stepper, run);
}

function exitCodeOf(session: Session, { result }: Stepper, run: FlowRun): number {
  if (result?.['isError'] === true) return ExitCode.failed;
  if (run.refused.size === 0) return ExitCode.ok;
  const keys = Array.from(run.refused, (key) => `'${cleanLine(key)}'`).join(', ');
  session.status.say(`rondo: not all was answered (${keys}), so this ends with exit code 1.`);
  return ExitCode.failed;
}

/** Prints a result; a tool's failure to stderr, unless --json is given. */
async function printResult(
  { options, status }: Session,
  method: AskingMethod,
  result: UnknownRecord,
): Promise<void> {
  if (options.json) return print(cleanJson(result, 2));
  const text = renderResult(method, result);
  if (result['isError'] === true) {
    const why = text === '' ? 'it does not say why' : text;
    // Indented: its lines could look like ours.
    status.say(`The tool failed: ${why.replaceAll('\n', '\n  ')}`);
  } else if (method === Method.readResource && !process.stdout.isTTY) {
    await print(resourceBytes(result));
  } else {
    await print(text);
  }
}
