/** The options of tasks, and what registrations say of them. */
import {
  callable,
  listOf,
  nameText,
  oneOf,
  positive,
  timer,
} from '../../base/options/option-checks.ts';
import { type Check, type OptionSet, readOptions } from '../../base/options/options.ts';
import type { TaskOptions } from '../../server/extension.ts';

export type ResolvedTaskOptions = Required<Omit<TaskOptions, 'onTaskEnd'>> &
  Pick<TaskOptions, 'onTaskEnd'>;

const TASK_OPTIONS: OptionSet<TaskOptions> = {
  of: "'tasks' of McpServer",
  table: {
    lease: timer,
    ttl: positive,
    retention: positive,
    autoAfter: timer,
    syncWait: timer,
    pollInterval: positive,
    onTaskEnd: callable,
  },
};

/** @throws RondoError `invalid_options` */
export function readTaskOptions(given: TaskOptions = {}): ResolvedTaskOptions {
  return {
    lease: 30_000,
    ttl: 86_400_000,
    retention: 3_600_000,
    autoAfter: 500,
    syncWait: 45_000,
    pollInterval: 1_000,
    ...readOptions(TASK_OPTIONS, given),
  };
}

/** Members of a registration: only those that have an effect. */
export const TASK_CONFIG: Readonly<Record<string, Check>> = {
  task: oneOf('always', 'required', 'auto', 'never'),
  withoutTasks: oneOf('wait', 'tools'),
  aliases: listOf('names', (name) => nameText(name) === undefined && name !== ''),
  idempotencyKey: callable,
};

/** Limits of one task (K19), in bytes where nothing else is said. */
export const LIMITS = {
  entry: 1_048_576,
  /** In characters, so that it fits into an entry. */
  answer: 1_000_000,
  journal: 16_777_216,
  result: 4_194_304,
  questions: 64,
  unfinished: 1_000,
  entries: 10_000,
  listened: 1_000,
} as const;
