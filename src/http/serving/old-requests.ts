/**
 * Requests of old clients over HTTP: finds their session, and answers what is not a request with the
 * status that their revision fixes (L4, L5, L9).
 */
import { OldMethod } from '../../protocol/names/methods.ts';
import type { RequestId } from '../../protocol/types/jsonrpc.ts';
import type { LegacyPort, OldSession } from '../../protocol/legacy-port.ts';
import type { Incoming } from '../../protocol/parse.ts';
import { errorReply } from '../../protocol/reply.ts';
import { type RpcError, invalidRequest, sessionNotFound } from '../../protocol/rpc-error.ts';
import { serveOldBatch } from '../../protocol/old-batch.ts';
import type { OldHttpConnection } from './old-connection.ts';

/** Serves a POST. Never throws. */
export async function serveOld(
  incoming: Incoming,
  connection: OldHttpConnection,
  legacy: LegacyPort,
): Promise<void> {
  if (incoming.type === 'invalid') return refuse(connection, 400, incoming.error, incoming.id);
  if (incoming.type === 'request' && incoming.request.method === OldMethod.initialize) {
    legacy.initialize(incoming.request, connection);
    return;
  }
  const session = sessionOf(connection, legacy);
  if (session === undefined) {
    const id = incoming.type === 'request' ? incoming.request.id : undefined;
    return refuse(connection, 404, sessionNotFound(), id);
  }
  if (incoming.type === 'request') return session.serve(incoming.request, connection);
  if (incoming.type === 'batch') return serveOldBatch(incoming, session, connection);
  if (incoming.type === 'notification') session.notified(incoming.notification, connection);
  else if (!(await session.answered(incoming.response, connection))) {
    const notAsked = invalidRequest('Invalid request: no question with this id was asked here');
    return refuse(connection, 400, notAsked, undefined);
  }
  accept(connection);
}

/** Serves a GET or a DELETE. Never throws. */
export async function serveOldWithoutBody(
  connection: OldHttpConnection,
  legacy: LegacyPort,
): Promise<void> {
  const { method, headers } = connection.request;
  if (!headers.get(SESSION)) return notHere(connection);
  const session = sessionOf(connection, legacy);
  if (session === undefined) return refuse(connection, 404, sessionNotFound(), undefined);
  if (method === 'DELETE') {
    session.end();
    return notHere(connection);
  }
  if (!connection.streams) {
    const noStream = invalidRequest('Accept must list text/event-stream');
    return refuse(connection, 406, noStream, undefined);
  }
  const last = headers.get('last-event-id');
  if (!last) {
    connection.startListening();
    return session.listen(connection);
  }
  return session.resume(last, connection) ?? notHere(connection);
}

const SESSION = 'mcp-session-id';

function sessionOf(connection: OldHttpConnection, legacy: LegacyPort): OldSession | undefined {
  const { headers } = connection.request;
  const id = headers.get(SESSION);
  if (id) return legacy.open(id, connection.principal);
  return legacy.without(headers.get('mcp-protocol-version') ?? undefined);
}

function accept(connection: OldHttpConnection): void {
  connection.finish({ status: 202, body: '' });
}

/** The session may have ended, but the promise of a 404 could not be kept elsewhere. */
function notHere(connection: OldHttpConnection): void {
  const { body } = errorReply(undefined, invalidRequest('Nothing is served here for this method'));
  connection.finish({ status: 405, body, headers: { Allow: 'POST' } });
}

function refuse(
  connection: OldHttpConnection,
  status: number,
  error: RpcError,
  id: RequestId | undefined,
): void {
  connection.finish({ status, body: errorReply(id, error).body });
}
