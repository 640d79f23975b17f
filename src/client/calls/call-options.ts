/** The options of a call, and what its listeners get. */
import {
  callable,
  either,
  flag,
  having,
  oneOf,
  record,
  timeLimit,
} from '../../base/options/option-checks.ts';
import type { OptionSet } from '../../base/options/options.ts';
import { LOG_LEVELS, type LogLevel } from '../../protocol/results.ts';
import type { Task } from '../../protocol/task.ts';
import type { StandardSchema } from '../../schema/standard.ts';

/** The server's report on the progress of a request. */
export interface Progress {
  /** How much is done, in a unit of the server's choice. */
  readonly progress: number;
  /** How much there is in all, in the same unit. Absent: unknown. */
  readonly total?: number;
  readonly message?: string;
}

/** A log message of the server. */
export interface LogMessage {
  readonly level: LogLevel;
  readonly logger?: string;
  readonly data: unknown;
}

/** Options of a request. */
export interface CallOptions {
  /** When it aborts, the request is cancelled. Default: none. */
  readonly signal?: AbortSignal;
  /**
   * How long the server may take, in ms. Each progress report starts the time again. Default: the
   * client's `timeout` (60,000).
   */
  readonly timeout?: number;
  /** How long one request may take in all, in ms. Default: ten times the timeout. */
  readonly maxTimeout?: number;
  /** Called for each progress report. Default: the server is not asked for progress. */
  readonly onProgress?: (progress: Progress) => void;
  /** The least severe level of log messages to send. Default: `info` with `onLog`, else none. */
  readonly logLevel?: LogLevel;
  /** Called for each log message. Default: they are ignored. */
  readonly onLog?: (message: LogMessage) => void;
  /**
   * Called when the call becomes a task, and whenever that has another status or status message.
   * Default: none.
   */
  readonly onTask?: (task: Task) => void;
  /**
   * Whether a call that has become a task is cancelled when `signal` aborts. Default `false`: it goes
   * on without the client.
   */
  readonly cancelTask?: boolean;
  /** Additional members for `_meta`, such as `traceparent`. Default: none. */
  readonly meta?: object;
  /**
   * `reload` asks the server although a cached result is valid. Default: `default`, the cache is
   * used.
   */
  readonly cache?: 'default' | 'reload';
}

/** Options of a call whose structured content is validated, and typed, by a schema. */
export interface TypedCallOptions<S extends StandardSchema> extends CallOptions {
  /** Validates the structured content. */
  readonly outputSchema: S;
}

const abortSignal = either('an AbortSignal', having('addEventListener', 'throwIfAborted'));

/** Options of `client.listen()`. */
export interface ListenOptions {
  /** When it aborts, the subscription ends. Default: none. */
  readonly signal?: AbortSignal;
}

export const LISTEN_OPTIONS: OptionSet<ListenOptions> = {
  of: 'client.listen()',
  table: { signal: abortSignal },
  notes: { timeout: "The client's own 'timeout' is how long the server may take to acknowledge." },
};

/** The options of every call, and those of `callTool`. */
export type AnyCallOptions = CallOptions & { readonly outputSchema?: StandardSchema };

export const CALL_OPTIONS: OptionSet<AnyCallOptions> = {
  of: 'a call',
  table: {
    signal: abortSignal,
    timeout: timeLimit,
    maxTimeout: timeLimit,
    onProgress: callable,
    logLevel: oneOf(...LOG_LEVELS),
    onLog: callable,
    onTask: callable,
    meta: record,
    cancelTask: flag,
    cache: oneOf('default', 'reload'),
    // The schema library's own object, which may be a function.
    outputSchema: either('a schema', record, callable),
  },
  notes: {
    maxTotalTimeout: "Did you mean 'maxTimeout', which bounds each request of a call?",
    resetTimeoutOnProgress: 'Progress always restarts the timeout; leave it out.',
  },
};

/** Options of a call that is under way; the signal aborts also when the client is closed. */
export type BoundOptions = AnyCallOptions & { readonly signal: AbortSignal };
