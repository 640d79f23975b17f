import type { Status } from '../../terminal/status.ts';
import { isSteerable } from '../../terminal/steerable.ts';
import type { Answerer } from '../answerer.ts';
import { askForm } from './form.ts';
import { Prompts } from './prompts.ts';
import { askUrl } from './url.ts';

/**
 * The stream on which questions are shown: standard error, since standard output is for the result.
 * Standard output if only that is a terminal; none if the terminal cannot move its cursor.
 */
export function questionStream(): NodeJS.WriteStream | undefined {
  if (!process.stdin.isTTY) return undefined;
  return [process.stderr, process.stdout].find(isSteerable);
}

/** The person at the terminal. */
export function person(output: NodeJS.WriteStream, signal: AbortSignal, status: Status): Answerer {
  let loading: Promise<Prompts> | undefined;
  const asking = <T>(ask: (prompts: Prompts) => Promise<T>): Promise<T> =>
    status.standBack(async () => ask(await (loading ??= Prompts.load(output, signal))));
  return {
    canAnswer: () => true,
    form: (question, asked) => asking((prompts) => askForm(prompts, question, asked)),
    url: (question, asked) => asking((prompts) => askUrl(prompts, question, asked)),
  };
}
