import { attempt } from '../../base/thrown.ts';
import type { Exchange } from '../../protocol/dispatcher.ts';
import { Notification } from '../../protocol/names/methods.ts';
import { writeNotification } from '../../protocol/reply.ts';
import { LOG_LEVELS, type LogLevel } from '../../protocol/results.ts';
import type { RequestMeta } from './request-meta.ts';

const NO_JSON = 'A message that has no JSON form.';

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
    this.#notify(Notification.progress, { progressToken, progress, total, message });
  }

  log(level: LogLevel, data: unknown, logger?: string): void {
    const { logLevel } = this.#meta;
    if (logLevel === undefined || !this.#exchange.streams) return;
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(logLevel)) return;
    const sent = attempt(() => JSON.stringify(data)) === undefined ? NO_JSON : data;
    this.#notify(Notification.message, { level, logger, data: sent });
  }

  /**
   * Drops what has no JSON form. It must not throw: it would only where a client has asked, and then
   * the handler would go another way (F14).
   */
  #notify(method: string, params: object): void {
    const message = attempt(() => writeNotification(method, params));
    if (message !== undefined) this.#exchange.notify(message);
  }
}
