import { positive } from '../base/options/option-checks.ts';
import type { OptionSet } from '../base/options/options.ts';

/** How tasks are worked. */
export interface WorkerOptions {
  /** How many tasks at once. Default 10. */
  readonly concurrency?: number;
}

export const WORKER_OPTIONS: OptionSet<WorkerOptions> = {
  of: 'startWorker()',
  table: { concurrency: positive },
};
