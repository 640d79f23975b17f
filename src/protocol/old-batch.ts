import type { OldConnection, OldEvent, OldReply, OldSession, OldSlot } from './legacy-port.ts';
import { OldMethod } from './methods.ts';
import { type Incoming, readMessage } from './parse.ts';
import { errorReply } from './reply.ts';
import { InFlight } from './in-flight.ts';

const ALWAYS: OldSlot = { pause() {}, take: async () => true };

/** How many messages a batch may have. */
const MOST = 32;

/** Several messages at once, which only revision 2025-03-26 has (L16). */
export class OldBatch {
  static readonly VERSION = '2025-03-26';
  readonly #connection: OldConnection;
  readonly #replies: string[] = [];

  constructor(connection: OldConnection) {
    this.#connection = connection;
  }

  /** Why a batch is refused as a whole. */
  static problem(messages: readonly unknown[]): string | undefined {
    if (messages.length === 0) return 'Invalid request: the batch is empty';
    if (messages.length > MOST) return `Invalid request: a batch has at most ${MOST} messages`;
    const read = messages.map(readMessage);
    const begins = read.some(
      (each) => each.type === 'request' && each.request.method === OldMethod.initialize,
    );
    return begins ? 'Invalid request: initialize cannot be in a batch' : undefined;
  }

  /** Answers all at once. Resolves when nothing of them runs any more. */
  async serve(messages: readonly unknown[], session: OldSession): Promise<void> {
    const connection = this.#connection;
    const parts: BatchPart[] = [];
    connection.inFlight.start({
      cancel: (reason) => parts.forEach((part) => part.inFlight.cancel(reason)),
      conclude: () => parts.forEach((part) => part.inFlight.conclude()),
    });
    const serving = messages.map(readMessage).map((incoming) => {
      const part = new BatchPart(connection, this.#replies);
      parts.push(part);
      return serveOne(incoming, part, session);
    });
    await Promise.all(serving);
    if (this.#replies.length === 0) connection.finish({ status: 202, body: '' });
    else connection.finish({ status: 200, body: `[${this.#replies.join(',')}]` });
  }
}

async function serveOne(incoming: Incoming, part: BatchPart, session: OldSession): Promise<void> {
  if (incoming.type === 'request') return session.serve(incoming.request, part);
  if (incoming.type === 'notification') return session.notified(incoming.notification, part);
  if (incoming.type === 'response' && session.answered(incoming.response, part)) return;
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
  readonly slot: OldSlot = ALWAYS;
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
