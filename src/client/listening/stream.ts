/** One `subscriptions/listen` request and its stream (SU-1 to SU-6). */
import { isRecord } from '../../base/json/json.ts';
import type { JsonRpcNotification, RequestId } from '../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import { Method, Notification } from '../../protocol/names/methods.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import type { SubscriptionFilter } from '../../protocol/results.ts';
import type { RpcError } from '../../protocol/rpc-error.ts';
import { HttpRpcError } from '../calls/errors.ts';
import type { RequestSender } from '../calls/request-sender.ts';
import type { Change } from './change.ts';
import { abortable } from '../../base/abortable.ts';

export interface Listening {
  /** What the server will notify of, from the first message of the stream (SU-2). */
  readonly acknowledged: Promise<SubscriptionFilter>;
  /** Resolves when the server ends the stream. Rejects when it is lost or refused. */
  readonly ended: Promise<void>;
}

/** @param timeout how long the acknowledgement may take, in ms */
export function listenOnce(
  caller: RequestSender,
  filter: SubscriptionFilter,
  timeout: number,
  signal: AbortSignal,
  onChange: (change: Change) => void,
): Listening {
  return openStream(caller, { filter, timeout, signal }, (notification) => {
    const change = changeIn(notification, filter);
    if (change !== undefined) onChange(change);
  });
}

export interface StreamOf {
  /** What to be notified of: extensions have fields of their own. */
  readonly filter: object;
  /** How long the acknowledgement may take, in ms. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** @param onNotification called with each after the acknowledgement */
export function openStream(
  caller: RequestSender,
  { filter, timeout, signal }: StreamOf,
  onNotification: (notification: JsonRpcNotification) => void,
): Listening {
  const deadline = caller.deadlines.start(Method.listen, timeout, timeout, signal);
  let acknowledge!: (honoured: SubscriptionFilter) => void;
  const first = new Promise<SubscriptionFilter>((resolve) => (acknowledge = resolve));
  const stream = caller.stream({
    method: Method.listen,
    params: { notifications: filter },
    signal: deadline.signal,
    onNotification(notification, id) {
      if (!belongs(notification, id)) return;
      if (notification.method === Notification.acknowledged) {
        deadline.met();
        acknowledge(honouredIn(notification));
      } else onNotification(notification);
    },
  });
  const ended = abortable(stream, deadline.signal, () => deadline.reason)
    .then(
      () => {},
      (error) => {
        throw deadline.reason ?? error;
      },
    )
    .finally(() => caller.deadlines.stop(deadline));
  const unacknowledged = ended.then(() => {
    throw new InvalidResponseError('it ended a subscription that it never acknowledged');
  });
  const acknowledged = Promise.race([first, unacknowledged]);
  // Callers may wait for only one of them; the others must not count as unhandled rejections.
  for (const promise of [acknowledged, unacknowledged, ended]) promise.catch(() => {});
  return { acknowledged, ended };
}

/** Whether a message has the id of this subscription (SU-3), with the same JSON type (T24). */
function belongs({ params }: JsonRpcNotification, id: RequestId): boolean {
  const meta = params?.['_meta'];
  return isRecord(meta) && meta[MetaKey.subscriptionId] === id;
}

function honouredIn({ params }: JsonRpcNotification): SubscriptionFilter {
  const honoured = params?.['notifications'];
  return isRecord(honoured) ? honoured : {};
}

/** All changes that a subscription can notify of. */
export function changesIn(filter: SubscriptionFilter): Change[] {
  const lists = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'] as const;
  const changed = lists.filter((type) => filter[type]).map((type): Change => ({ type }));
  const uris = filter.resourceSubscriptions ?? [];
  return [...changed, ...uris.map((uri): Change => ({ type: 'resourceUpdated', uri }))];
}

/** The change in a notification; `undefined` if it was not asked for (SU-4). */
function changeIn(
  { method, params }: JsonRpcNotification,
  filter: SubscriptionFilter,
): Change | undefined {
  switch (method) {
    case Notification.toolsListChanged:
      return filter.toolsListChanged ? { type: 'toolsListChanged' } : undefined;
    case Notification.promptsListChanged:
      return filter.promptsListChanged ? { type: 'promptsListChanged' } : undefined;
    case Notification.resourcesListChanged:
      return filter.resourcesListChanged ? { type: 'resourcesListChanged' } : undefined;
    case Notification.resourceUpdated: {
      const uri = params?.['uri'];
      return isWatched(uri, filter) ? { type: 'resourceUpdated', uri } : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether `uri` is a resource that is listened for, or one below it. */
function isWatched(
  uri: unknown,
  { resourceSubscriptions = [] }: SubscriptionFilter,
): uri is string {
  return (
    typeof uri === 'string' && resourceSubscriptions.some((watched) => uri.startsWith(watched))
  );
}

/** Whether a refusal is about the server's load or a failure, and not about the subscription. */
export function isTemporary(error: RpcError): boolean {
  return error instanceof HttpRpcError && (error.status === 429 || error.status >= 500);
}
