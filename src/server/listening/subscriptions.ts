/** `subscriptions/listen`: the open streams, and sending on them (SU-1 to SU-6). */
import { notifyListener } from '../../base/listener.ts';
import type { Logger } from '../../base/logging/logger.ts';
import { describeError } from '../../base/thrown.ts';
import type { Exchange } from '../../protocol/dispatcher.ts';
import type { RequestId } from '../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import { Notification } from '../../protocol/names/methods.ts';
import type { Principal } from '../../protocol/principal.ts';
import { writeNotification } from '../../protocol/reply.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import type { Cancellable } from '../../protocol/in-flight.ts';
import type { Change, ChangeRelay } from './change-relay.ts';
import { type Filter, type ListKind, acknowledged, readFilter } from './listen-filter.ts';
import type { ListenField, ListenOut, ScopedUse } from '../extension.ts';
import type { CheckedRequest } from '../requests/checked-request.ts';
import type { ResultWriter } from '../requests/result-writer.ts';
import { OpenFields, usesOfFields } from './open-fields.ts';

export type { ListKind } from './listen-filter.ts';

const CHANGES = {
  tools: Notification.toolsListChanged,
  prompts: Notification.promptsListChanged,
  resources: Notification.resourcesListChanged,
} as const;

/** What a client can listen to. */
export interface Offer {
  /** The lists that the server has. Others are not acknowledged (SU-2). */
  readonly lists: readonly ListKind[];
  /** Whether a caller may read a resource. If not, it is not notified of changes. */
  readonly mayRead: (uri: string, principal: Principal | undefined) => boolean;
  /** What of these needs scopes. */
  readonly usesOf: (
    uris: Iterable<string>,
    principal: Principal | undefined,
  ) => readonly ScopedUse[];
  /** Rejects with RpcError for a caller who lacks a scope (A9). */
  readonly admit: (uses: readonly ScopedUse[], exchange: Exchange) => Promise<void>;
}

export interface SubscriptionsOptions {
  readonly writer: ResultWriter;
  /** How many streams may be open at once. */
  readonly maxStreams: number;
  /** Fields of the filter that extensions have added. */
  readonly fields: readonly ListenField[];
  readonly logger: Logger;
  /** URIs that mean the same have the same normal spelling. */
  readonly normalUri: (uri: string) => string;
  /** To and from the other instances of the server. */
  readonly relay?: ChangeRelay | undefined;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #streams = new Set<Stream>();
  readonly #pending = new Set<ListKind>();
  readonly #unpublished = new Set<ListKind>();
  #isSetUp = false;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    // What is registered in the turn in which a server is made is no change: else every start of an
    // instance would have all clients read all lists again.
    queueMicrotask(() => (this.#isSetUp = true));
  }

  /**
   * Opens a stream. Resolves with its result when it ends.
   *
   * @throws RpcError `-32602` without a filter, `-32600` if the response cannot be a stream; what a
   *   field of an extension throws while the stream is open
   */
  async listen(incoming: CheckedRequest, offer: Offer): Promise<string> {
    const { message: request, exchange } = incoming;
    if (!exchange.streams) {
      throw new RpcError(ErrorCode.InvalidRequest, 'Listening needs a response that can stream');
    }
    if (this.#streams.size >= this.#options.maxStreams) {
      throw new RpcError(ErrorCode.InternalError, 'Too many open streams', { retryable: true });
    }
    const filter = readFilter(request.params?.['notifications'], offer.lists, (uri) =>
      offer.mayRead(uri, exchange.principal),
    );
    const extended = this.#options.fields;
    const uses = [...offer.usesOf(filter.resources, exchange.principal)];
    // Nothing is awaited without need: a change in the meantime would not be sent.
    if (extended.length > 0) uses.push(...(await usesOfFields(extended, incoming)));
    if (uses.length > 0) await offer.admit(uses, exchange);
    const fields = new OpenFields((error) =>
      this.#options.logger.error(`A listen stream was not closed: ${describeError(error)}`),
    );
    if (extended.length > 0) await fields.open(extended, incoming);
    return new Promise((resolve, reject) => {
      const { normalUri } = this.#options;
      const spelled = new Map([...filter.resources].map((uri) => [normalUri(uri), uri]));
      const parts = { filter, fields, spelled };
      const stream = new Stream(request.id, parts, exchange, offer.mayRead, (failure) => {
        this.#streams.delete(stream);
        if (this.#streams.size === 0) this.#options.relay?.stop();
        if (failure === undefined) resolve(this.#closing(request.id));
        else reject(failure.error as Error);
      });
      this.#streams.add(stream);
      this.#options.relay?.start((change) => this.#notify(change));
      stream.open();
    });
  }

  /** How many fields of the filter extensions have added. */
  get fields(): number {
    return this.#options.fields.length;
  }

  /** Notifies of a changed list; once for all changes in one turn of the event loop. */
  listChanged(kind: ListKind): void {
    if (this.#isSetUp) this.publish(kind);
    if (this.#streams.size > 0) this.#add(this.#pending, kind);
  }

  /** Notifies the clients of other instances of a changed list. */
  publish(kind: ListKind): void {
    if (this.#options.relay !== undefined) this.#add(this.#unpublished, kind);
  }

  resourceUpdated(uri: string): void {
    this.#notify({ type: 'resource', uri });
    this.#options.relay?.publish({ type: 'resource', uri });
  }

  /** Ends every stream that is open with its result (SU-6). */
  close(): void {
    for (const stream of this.#streams) stream.conclude();
  }

  #add(kinds: Set<ListKind>, kind: ListKind): void {
    if (this.#pending.size + this.#unpublished.size === 0) {
      queueMicrotask(() => this.#sendPending());
    }
    kinds.add(kind);
  }

  #sendPending(): void {
    for (const kind of this.#pending) this.#notify({ type: 'list', kind });
    for (const kind of this.#unpublished) this.#options.relay?.publish({ type: 'list', kind });
    this.#pending.clear();
    this.#unpublished.clear();
  }

  #notify(change: Change): void {
    for (const stream of this.#streams) {
      if (change.type === 'list') stream.listChanged(change.kind);
      else stream.resourceUpdated(this.#options.normalUri(change.uri));
    }
  }

  #closing(id: RequestId): string {
    return this.#options.writer.complete({ _meta: { [MetaKey.subscriptionId]: id } });
  }
}

interface StreamParts {
  readonly filter: Filter;
  readonly fields: OpenFields;
  /** The URIs of the filter as the client spells them, by their normal spelling. */
  readonly spelled: ReadonlyMap<string, string>;
}

/** Called once a stream is over. */
type OnEnd = (failure?: { readonly error: unknown }) => void;

/** One open stream: it ends when it is cancelled or concluded, or a field of an extension fails. */
class Stream implements Cancellable {
  readonly #id: RequestId;
  readonly #filter: Filter;
  readonly #fields: OpenFields;
  readonly #spelled: ReadonlyMap<string, string>;
  readonly #exchange: Exchange;
  readonly #mayRead: Offer['mayRead'];
  readonly #onEnd: OnEnd;

  constructor(
    id: RequestId,
    { filter, fields, spelled }: StreamParts,
    exchange: Exchange,
    mayRead: Offer['mayRead'],
    onEnd: OnEnd,
  ) {
    this.#id = id;
    this.#filter = filter;
    this.#fields = fields;
    this.#spelled = spelled;
    this.#exchange = exchange;
    this.#mayRead = mayRead;
    this.#onEnd = onEnd;
  }

  /**
   * Sends the acknowledgement, which must come first, even on a stream that ends at once (SU-2).
   */
  open(): void {
    const fail = (error: unknown): void => this.#end({ error });
    const notify: ListenOut['send'] = (method, params) =>
      notifyListener(() => this.#send(method, params), fail);
    try {
      const notifications = { ...acknowledged(this.#filter), ...this.#fields.acknowledged };
      this.#send(Notification.acknowledged, { notifications });
    } catch (error) {
      return fail(error);
    }
    this.#fields.start(notify, () => this.#end(), fail);
    this.#exchange.inFlight.start(this);
  }

  listChanged(kind: ListKind): void {
    if (this.#filter.lists.has(kind)) this.#send(CHANGES[kind], {});
  }

  /** Checks each time whether the caller may read it: that can change while the stream is open. */
  resourceUpdated(normal: string): void {
    const uri = this.#spelled.get(normal);
    if (uri === undefined) return;
    if (!this.#mayRead(uri, this.#exchange.principal)) return;
    this.#send(Notification.resourceUpdated, { uri });
  }

  cancel(): void {
    this.#end();
  }

  /** The server ends the stream, with a result (SU-6). */
  conclude(): void {
    this.#end();
  }

  #end(failure?: { readonly error: unknown }): void {
    this.#fields.close();
    this.#onEnd(failure);
  }

  /**
   * Every message has the id of the request that opened the stream, as string or number (SU-3,
   * T24).
   */
  #send(method: string, params: object): void {
    const _meta = { [MetaKey.subscriptionId]: this.#id };
    this.#exchange.notify(writeNotification(method, { _meta, ...params }));
  }
}
