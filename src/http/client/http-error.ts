import { brand } from '../../base/brand.ts';
import { RondoError } from '../../base/errors.ts';
import type { HttpRefusal } from '../../protocol/transport.ts';
import type { HttpResponse } from './send.ts';

/** The server, or what is in front of it, answered with an HTTP error and without a message. */
export class HttpError extends RondoError<'transport_failed'> implements HttpRefusal {
  readonly status: number;
  readonly retryAfter: number | undefined;

  constructor(message: string, { status, retryAfter }: HttpRefusal) {
    super('transport_failed', message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
brand(HttpError, 'HttpError');

/** What a response with an error status says. */
export function refusalIn({ status, headers }: HttpResponse): HttpRefusal {
  return { status, retryAfter: delayIn(headers.get('retry-after')) };
}

/** `Retry-After` in ms: it is a number of seconds or a date (RFC 9110 10.2.3). */
function delayIn(value: string | null): number | undefined {
  const text = value?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
