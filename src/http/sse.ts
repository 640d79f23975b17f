/** Server-sent events, as far as MCP needs them (HS-12, HS-13). */

/** Headers of a stream. Proxies must neither keep nor collect it. */
export const SSE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** Sent on quiet streams, so that nobody on the way takes them for dead. */
export const SSE_COMMENT = ':\n\n';

/** How often a comment is sent, in ms. */
export const SSE_COMMENT_INTERVAL = 15_000;

/**
 * With more unread data than this, in bytes, a client is behind. Who still is when the next comment
 * is due is given up.
 */
export const SSE_MAX_UNREAD = 1_048_576;

/** With this much unread data, in bytes, a stream is given up whatever the time. */
export const SSE_TOO_FAR: number = 4 * SSE_MAX_UNREAD;

/** One message as an event. JSON text holds no line breaks. */
export function sseEvent(message: string): string {
  return `event: message\ndata: ${message}\n\n`;
}
