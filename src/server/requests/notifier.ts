import type { Exchange } from '../../protocol/dispatcher.ts';
import { Notification } from '../../protocol/methods.ts';
import { writeNotification } from '../../protocol/reply.ts';
import { LOG_LEVELS, type LogLevel } from '../../protocol/results.ts';
import type { RequestMeta } from './request-meta.ts';

/** Sends progress and logs of one request, if the request asked for them (PG-1, PG-2). */
export class Notifier {
  readonly #meta: RequestMeta;
  readonly #exchange: Exchange;
  #last = -Infinity;

  constructor(meta: RequestMeta, exchange: Exchange) {
    this.#meta = meta;
    this.#exchange = exchange;
  }

  progress(progress: number, total?: number, message?: string): void {
    const { progressToken } = this.#meta;
    if (progressToken === undefined || !this.#exchange.streams) return;
    if (!Number.isFinite(progress) || progress <= this.#last) return;
    this.#last = progress;
    this.#exchange.notify(
      writeNotification(Notification.progress, { progressToken, progress, total, message }),
    );
  }

  log(level: LogLevel, data: unknown, logger?: string): void {
    const { logLevel } = this.#meta;
    if (logLevel === undefined || !this.#exchange.streams) return;
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(logLevel)) return;
    this.#exchange.notify(writeNotification(Notification.message, { level, logger, data }));
  }
}
