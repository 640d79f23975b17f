/** The errors of the command, and their exit codes. */
import { constants } from 'node:os';

export const ExitCode = {
  ok: 0,
  /** The tool failed, or the user refused to answer. */
  failed: 1,
  /** The command line, or a file it names, cannot be used; or there was no user to answer. */
  usage: 2,
  /** The server could not be reached, answered with an error, or broke the protocol. */
  server: 3,
} as const;

/** A mistake that the user can correct on the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A mistake in the words of a command: its help says which it takes. */
export class CommandLineError extends UsageError {}

/** A failure of a command that was used correctly. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** Signals to end the program. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT';

/** The result could not be written to standard output. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  /** The reader has closed it early, as `head` does, which is no failure. */
  readonly isClosed: boolean;

  constructor(cause: NodeJS.ErrnoException) {
    super(`The result cannot be written: ${cause.message}.`, { cause });
    this.isClosed = cause.code === 'EPIPE';
  }
}

/** The user or the system has sent a signal to end the program. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly exitCode: number;

  constructor(signal: EndingSignal) {
    super('Interrupted.');
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** Its cause has come after the result was printed, which stays the only one: it is said on standard error alone. */
export class AfterResult extends Error {
  override readonly name = 'AfterResult';

  constructor(cause: unknown) {
    super('A failure after the result.', { cause });
  }
}

/** A failure that has been printed: only the exit code is left. */
export class Reported extends Error {
  override readonly name = 'Reported';
  readonly exitCode: number;

  constructor(exitCode: number, cause: unknown) {
    super('A failure that has been printed.', { cause });
    this.exitCode = exitCode;
  }
}

/** A flow was interrupted. `advice` says how to continue it. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
  readonly advice: string;
  /** What came as its result, and is none; `undefined` if nothing did, or it has been printed. */
  readonly wrongResult: unknown;

  constructor(cause: unknown, advice: string, wrongResult?: unknown) {
    super('The flow is not complete.', { cause });
    this.advice = advice;
    this.wrongResult = wrongResult;
  }
}
