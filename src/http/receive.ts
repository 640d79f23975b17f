import type { Dispatcher, Exchange, Reply } from '../protocol/dispatcher.ts';
import { Method } from '../protocol/methods.ts';
import { type Incoming, parseIncoming } from '../protocol/parse.ts';
import { errorReply } from '../protocol/reply.ts';

/** The answer to an accepted notification: there is none (checklist HS-5). */
const ACCEPTED: Reply = { status: 202, body: '', isError: false };

/**
 * Serves the text of one POST. Notifications are accepted and, since this revision gives them no
 * meaning over HTTP, dropped (checklist T27).
 *
 * @param onListening called when the request turns out to stay open
 */
export function receive(
  text: string,
  dispatcher: Dispatcher,
  exchange: Exchange,
  onListening: () => void,
): Reply | Promise<Reply> {
  const incoming: Incoming = parseIncoming(text);
  if (incoming.type === 'invalid') return errorReply(incoming.id, incoming.error);
  if (incoming.type === 'notification') return ACCEPTED;
  if (incoming.request.method === Method.listen) onListening();
  return dispatcher.dispatch(incoming.request, exchange);
}
