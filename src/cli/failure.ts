/** What can go wrong, and the exit code that tells a script. */
import { constants } from 'node:os';

export const ExitCode = {
  ok: 0,
  /** The tool says that it failed, or the user refused to answer. */
  failed: 1,
  /** The command line, or a file it names, cannot be used; or nobody was there to answer. */
  usage: 2,
  /** The server could not be reached, answered with an error, or broke the protocol. */
  server: 3,
} as const;

/** Something the user can put right on the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something that did not work out, though it was asked for the right way. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** The user, or the system, wants the program to end. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super('Interrupted.');
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** A flow ended before its time; `advice` is how to go on with it. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
  readonly advice: string;

  constructor(cause: unknown, advice: string) {
    super('The flow is not complete.', { cause });
    this.advice = advice;
  }
}
