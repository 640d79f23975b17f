import { isRecord, parseJson } from '../base/json/json.ts';
import { Notification } from '../protocol/names/methods.ts';

/**
 * Keeps the progress of one call rising over all its rounds: to the client they are one request
 * (L10).
 */
export class RisingProgress {
  #last: number;

  /** @param last what another instance has sent */
  constructor(last: number | null = null) {
    this.#last = last ?? -Infinity;
  }

  /** The last progress that was sent. */
  get last(): number | null {
    return Number.isFinite(this.#last) ? this.#last : null;
  }

  /** A progress that is larger, by as little as can be. */
  next(): number {
    const last = this.last ?? 0;
    this.#last = last + Math.max(Math.abs(last) * Number.EPSILON, Number.EPSILON);
    return this.#last;
  }

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
