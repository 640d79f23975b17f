import { isRecord, parseJson } from '../base/json.ts';
import { Notification } from '../protocol/methods.ts';

/**
 * Keeps the progress of one call rising over all its rounds: to the client they are one request
 * (L10).
 */
export class RisingProgress {
  #last = -Infinity;

  /** Whether a notification may be sent. */
  admits(message: string): boolean {
    const parsed = parseJson(message);
    if (!isRecord(parsed) || parsed['method'] !== Notification.progress) return true;
    const params = parsed['params'];
    const progress = isRecord(params) ? params['progress'] : undefined;
    if (typeof progress !== 'number' || progress <= this.#last) return false;
    this.#last = progress;
    return true;
  }
}
