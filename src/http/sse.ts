/** The parts of server-sent events that MCP needs (HS-12, HS-13). */

import type { OldEvent } from '../protocol/legacy-port.ts';

/** Headers of a stream. Proxies must neither cache nor buffer it. */
export const SSE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** Sent on quiet streams, so that proxies do not close them as idle. */
export const SSE_COMMENT = ':\n\n';

/** How often a comment is sent, in ms. */
export const SSE_COMMENT_INTERVAL = 15_000;

/**
 * A client with more unread data than this, in bytes, is behind. If it still is when the next
 * comment is due, its stream is closed.
 */
export const SSE_MAX_UNREAD = 1_048_576;

/** A stream with this much unread data, in bytes, is closed at once. */
export const SSE_TOO_FAR: number = 4 * SSE_MAX_UNREAD;

/** One message as an event. JSON text on one line contains no line breaks. */
export function sseEvent(message: string): string {
  return `event: message\ndata: ${message}\n\n`;
}

/** An event of an old client's stream. One without a message still says where to come back to. */
export function oldSseEvent({ message, id, retry }: OldEvent): string {
  const type = message === undefined ? '' : 'event: message\n';
  const where = id === undefined ? '' : `id: ${id}\n`;
  const when = retry === undefined ? '' : `retry: ${retry}\n`;
  return `${type}${where}${when}data: ${message ?? ''}\n\n`;
}
