/** The parts of server-sent events that MCP needs (HS-12, HS-13). */

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
export function sseEvent(message: string, id?: string): string {
  const where = id === undefined ? '' : `id: ${id}\n`;
  return `event: message\n${where}data: ${message}\n\n`;
}
