import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** How long the rest of a body is read and thrown away, in ms. */
const LINGER = 2_000;

/**
 * Answers a request whose body may not have been read, and then closes the connection, which no other
 * request could use. Not at once: a client that still sends when its connection is closed loses the
 * answer (RFC 9112, 9.6).
 */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: OutgoingHttpHeaders; body: string },
): void {
  const isRead = request.complete;
  response.writeHead(status, {
    ...headers,
    ...((body !== '' || !isRead) &&
      status !== 204 && { 'Content-Length': Buffer.byteLength(body) }),
    ...(!isRead && { Connection: 'close' }),
  });
  // There is no sense in waiting for more of what was too slow to come.
  if (isRead || status === 408) return void response.end(body);
  response.flushHeaders();
  if (body !== '') response.write(body);
  endAfterBody(request, response);
  request.resume();
}

function endAfterBody(request: IncomingMessage, response: ServerResponse): void {
  const timer = setTimeout(end, LINGER);
  function end(): void {
    clearTimeout(timer);
    response.end();
  }
  request.once('end', end);
  request.once('close', end);
}
