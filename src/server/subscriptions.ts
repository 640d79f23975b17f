/** `subscriptions/listen`: open streams and what is sent on them (checklist SU-1 to SU-6). */
import type { Exchange } from '../protocol/dispatcher.ts';
import { isRecord } from '../protocol/json.ts';
import type { JsonRpcRequest, RequestId } from '../protocol/jsonrpc.ts';
import { MetaKey } from '../protocol/meta.ts';
import { Notification } from '../protocol/methods.ts';
import { writeNotification } from '../protocol/reply.ts';
import type { SubscriptionFilter } from '../protocol/results.ts';
import { RpcError, invalidParams } from '../protocol/rpc-error.ts';
import { ErrorCode } from '../protocol/codes.ts';
import type { ResultWriter } from './result-writer.ts';

/** The lists a client can listen to. */
export type ListKind = 'tools' | 'prompts' | 'resources';

const FIELDS = {
  tools: 'toolsListChanged',
  prompts: 'promptsListChanged',
  resources: 'resourcesListChanged',
} as const;

const CHANGES = {
  tools: Notification.toolsListChanged,
  prompts: Notification.promptsListChanged,
  resources: Notification.resourcesListChanged,
} as const;

const MAX_RESOURCES = 1_000;

interface Stream {
  readonly id: RequestId;
  readonly lists: ReadonlySet<ListKind>;
  readonly resources: ReadonlySet<string>;
  readonly exchange: Exchange;
  /** Ends it from our side, with a result (SU-6). */
  end(): void;
}

export interface SubscriptionsOptions {
  readonly writer: ResultWriter;
  /** How many streams may be open at once. */
  readonly maxStreams: number;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #streams = new Set<Stream>();
  readonly #pending = new Set<ListKind>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /**
   * Opens a stream; resolves with its result when it ends.
   *
   * @param offered the lists there are; others are left out of what is acknowledged (SU-2)
   * @throws RpcError `-32602` without a filter, `-32600` where nothing can be streamed
   */
  listen(
    request: JsonRpcRequest,
    exchange: Exchange,
    offered: readonly ListKind[],
  ): Promise<string> {
    if (!exchange.streams) {
      throw new RpcError(ErrorCode.InvalidRequest, 'Listening needs a response that can stream');
    }
    if (this.#streams.size >= this.#options.maxStreams) {
      throw new RpcError(ErrorCode.InternalError, 'Too many open streams', { retryable: true });
    }
    const { lists, resources } = readFilter(request.params?.['notifications'], offered);
    return new Promise((resolve) => {
      const stream: Stream = {
        id: request.id,
        lists,
        resources,
        exchange,
        end: () => {
          this.#streams.delete(stream);
          resolve(this.#closing(request.id));
        },
      };
      exchange.work = { cancel: stream.end };
      const honoured = acknowledged(lists, resources);
      send(stream, Notification.acknowledged, { notifications: honoured });
      this.#streams.add(stream);
    });
  }

  /** A list has changed. Several changes in one turn are told once. */
  listChanged(kind: ListKind): void {
    if (this.#streams.size === 0) return;
    if (this.#pending.size === 0) queueMicrotask(() => this.#tellPending());
    this.#pending.add(kind);
  }

  resourceUpdated(uri: string): void {
    for (const stream of this.#streams) {
      if (stream.resources.has(uri)) send(stream, Notification.resourceUpdated, { uri });
    }
  }

  /** Ends every stream with its result: the server is going away (SU-6). */
  close(): void {
    for (const stream of this.#streams) stream.end();
  }

  #tellPending(): void {
    for (const kind of this.#pending) {
      for (const stream of this.#streams) {
        if (stream.lists.has(kind)) send(stream, CHANGES[kind], {});
      }
    }
    this.#pending.clear();
  }

  #closing(id: RequestId): string {
    return this.#options.writer.complete({ _meta: { [MetaKey.subscriptionId]: id } });
  }
}

/** Every message of a stream names the request that opened it, in its own JSON type (SU-3, T24). */
function send(stream: Stream, method: string, params: object): void {
  const _meta = { [MetaKey.subscriptionId]: stream.id };
  stream.exchange.notify(writeNotification(method, { _meta, ...params }));
}

function readFilter(
  filter: unknown,
  offered: readonly ListKind[],
): { lists: Set<ListKind>; resources: Set<string> } {
  if (!isRecord(filter)) throw invalidParams('params.notifications must be an object');
  const lists = new Set(offered.filter((kind) => filter[FIELDS[kind]] === true));
  const wanted = filter['resourceSubscriptions'] ?? [];
  const sound = Array.isArray(wanted) && wanted.every((uri) => typeof uri === 'string');
  if (!sound) throw invalidParams('resourceSubscriptions must be a list of URIs');
  if (wanted.length > MAX_RESOURCES) {
    throw invalidParams(`At most ${MAX_RESOURCES} resources can be subscribed to at once`);
  }
  return { lists, resources: new Set(offered.includes('resources') ? wanted : []) };
}

function acknowledged(
  lists: ReadonlySet<ListKind>,
  resources: ReadonlySet<string>,
): SubscriptionFilter {
  const filter: SubscriptionFilter = {};
  for (const kind of lists) filter[FIELDS[kind]] = true;
  if (resources.size > 0) filter.resourceSubscriptions = [...resources];
  return filter;
}
