import type { Logger } from '../base/logging/logger.ts';
import type { ServerEvent, StateRefusedEvent } from '../server/events.ts';

/** One line that a server logged. */
export interface LogRecord {
  readonly level: keyof Logger;
  readonly message: string;
}

/** Collects what the servers of a test log, and which states they refused. */
export class ServerLog {
  readonly records: LogRecord[] = [];
  readonly refusals: StateRefusedEvent[] = [];

  readonly logger: Logger = {
    debug: (message) => this.#add('debug', message),
    info: (message) => this.#add('info', message),
    warn: (message) => this.#add('warn', message),
    error: (message) => this.#add('error', message),
  };

  add(event: ServerEvent): void {
    if (event.type === 'state_refused') this.refusals.push(event);
  }

  #add(level: keyof Logger, message: string): void {
    this.records.push({ level, message });
  }
}

/** Collects what is logged while the newest request of one flow is served. */
export class LogWatch {
  readonly #log: ServerLog;
  #records: readonly LogRecord[] = [];
  #refused: readonly StateRefusedEvent['check'][] = [];

  constructor(log: ServerLog) {
    this.#log = log;
  }

  /** Collects until the promise of `serve` has settled. */
  async during<T>(serve: () => Promise<T>): Promise<T> {
    const { records, refusals } = this.#log;
    const [record, refusal] = [records.length, refusals.length];
    try {
      return await serve();
    } finally {
      this.#records = records.slice(record);
      this.#refused = refusals.slice(refusal).map(({ check }) => check);
    }
  }

  hasRefusedFor(check: StateRefusedEvent['check']): boolean {
    return this.#refused.includes(check);
  }

  /** The collected lines, to be appended to a failure message. */
  asText(): string {
    if (this.#records.length === 0) return '';
    const lines = this.#records.map(({ level, message }) => `\n  ${level}: ${message}`);
    return `\nThe server logged:${lines.join('')}`;
  }
}
