import type { Given } from '../target/target.ts';

/** One run of the program. */
export interface Invocation {
  /** What stood behind `--`. */
  readonly program: Given['program'];
  exitCode: number;
}
