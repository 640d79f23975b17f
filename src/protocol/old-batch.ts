/** Several messages at once, as revision 2025-03-26 has them. */
import {
  type OldConnection,
  type OldEvent,
  type OldReply,
  type OldSession,
  type OldSlot,
  UNLIMITED,
} from './legacy-port.ts';
import { OldMethod } from './names/methods.ts';
import { type Incoming, readMessage } from './parse.ts';
import { errorReply } from './reply.ts';
import { type RpcError, invalidRequest } from './rpc-error.ts';
import { InFlight } from './in-flight.ts';

/** How many messages a batch may have. */
const MOST = 32;

/** The only revision with batches (L16). */
const REVISION = '2025-03-26';

type Batch = Extract<Incoming, { type: 'batch' }>;

/** Answers several messages at once. Resolves when nothing of them runs any more. Never rejects. */
export async function serveOldBatch(
  batch: Batch,
  session: OldSession,
  connection: OldConnection,
): Promise<void> {
  const messages = batch.messages.map(readMessage);
  const refused = session.version === REVISION ? problemOf(messages) : batch.error;
  if (refused !== undefined) {
    return connection.finish({ status: 400, body: errorReply(undefined, refused).body });
  }
  const replies: string[] = [];
  const parts = messages.map(() => new BatchPart(connection, replies));
  connection.inFlight.start({
    cancel: (reason) => parts.forEach((part) => part.inFlight.cancel(reason)),
    conclude: () => parts.forEach((part) => part.inFlight.conclude()),
  });
  await Promise.all(messages.map((message, i) => serveOne(message, parts[i]!, session)));
  if (connection.inFlight.isCancelled) return;
  if (replies.length === 0) connection.finish({ status: 202, body: '' });
  else connection.finish({ status: 200, body: `[${replies.join(',')}]` });
}

/** Why a batch is refused as a whole. */
function problemOf(messages: readonly Incoming[]): RpcError | undefined {
  if (messages.length === 0) return invalidRequest('Invalid request: the batch is empty');
  if (messages.length > MOST) {
    return invalidRequest(`Invalid request: a batch has at most ${MOST} messages`);
  }
  const begins = messages.some(
    (each) => each.type === 'request' && each.request.method === OldMethod.initialize,
  );
  return begins ? invalidRequest('Invalid request: initialize cannot be in a batch') : undefined;
}

async function serveOne(incoming: Incoming, part: BatchPart, session: OldSession): Promise<void> {
  if (incoming.type === 'request') return session.serve(incoming.request, part);
  if (incoming.type === 'notification') return session.notified(incoming.notification, part);
  // One that nobody waits for gets no reply: its id may be that of a request of the client.
  if (incoming.type === 'response') return void (await session.answered(incoming.response, part));
  part.finish(errorReply(incoming.id, incoming.error));
}

/** One request of a batch: what it sends goes out at once, its reply with those of the others. */
class BatchPart implements OldConnection {
  readonly principal: OldConnection['principal'];
  readonly request: unknown;
  /** Nothing is asked in a batch: it has one slot, which must not wait for a person. */
  readonly streams = false;
  readonly asks: boolean;
  readonly isPipe: boolean;
  /** The whole batch has one slot, and keeps it. */
  readonly slot: OldSlot = UNLIMITED;
  readonly resumes = false;
  readonly inFlight: InFlight = new InFlight();
  readonly #whole: OldConnection;
  readonly #replies: string[];

  constructor(whole: OldConnection, replies: string[]) {
    this.principal = whole.principal;
    this.request = whole.request;
    this.asks = whole.asks;
    this.isPipe = whole.isPipe;
    this.#whole = whole;
    this.#replies = replies;
  }

  notify(message: string): void {
    this.#whole.notify(message);
  }

  send(...events: readonly OldEvent[]): void {
    this.#whole.send(...events);
  }

  comment(): void {
    this.#whole.comment();
  }

  finish({ body }: OldReply): void {
    this.#replies.push(body);
  }

  end(): void {}
}
