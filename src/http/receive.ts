import type { Dispatcher, Reply } from '../protocol/dispatcher.ts';
import { Method } from '../protocol/methods.ts';
import { type Incoming, parseIncoming } from '../protocol/parse.ts';
import { errorReply } from '../protocol/reply.ts';
import type { HttpExchange } from './exchange.ts';

/** The answer to an accepted notification: there is none (HS-5). */
const ACCEPTED: Reply = { status: 202, body: '', isError: false };

/**
 * Serves the text of one POST. Notifications are accepted and, since this revision gives them no
 * meaning over HTTP, dropped (T27).
 */
export function receive(
  text: string,
  dispatcher: Dispatcher,
  exchange: HttpExchange,
): Reply | Promise<Reply> {
  const incoming: Incoming = parseIncoming(text);
  if (incoming.type === 'invalid') return errorReply(incoming.id, incoming.error);
  if (incoming.type === 'notification') return ACCEPTED;
  if (incoming.request.method === Method.listen) exchange.listening();
  return dispatcher.dispatch(incoming.request, exchange);
}

/** Sends a reply when it is there. Never rejects. */
export async function finish(exchange: HttpExchange, reply: Reply | Promise<Reply>): Promise<void> {
  try {
    exchange.finish(await reply);
  } catch {
    exchange.fail();
  }
}
