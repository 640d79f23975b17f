import { isRecord } from '../base/json/json.ts';
import type {
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
  RequestId,
} from '../protocol/types/jsonrpc.ts';
import { MetaKey } from '../protocol/names/meta.ts';
import { Method, Notification } from '../protocol/names/methods.ts';
import type { RequestOptions } from '../protocol/transport.ts';

/** A request that has no response yet. */
export class Pending {
  readonly #message: JsonRpcRequest;
  readonly #options: RequestOptions;
  readonly #resolve: (response: JsonRpcResponse) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #onAbort: () => void;

  constructor(
    message: JsonRpcRequest,
    options: RequestOptions,
    resolve: (response: JsonRpcResponse) => void,
    reject: (reason: unknown) => void,
    cancel: () => void,
  ) {
    this.#message = message;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#onAbort = () => {
      cancel();
      reject(options.signal.reason);
    };
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  get id(): RequestId {
    return this.#message.id;
  }

  resolve(response: JsonRpcResponse): void {
    this.#done();
    this.#resolve(response);
  }

  reject(reason: unknown): void {
    this.#done();
    this.#reject(reason);
  }

  /** Whether a notification belongs to this request; one that names none belongs to all but listening. */
  isMeant(notification: JsonRpcNotification): boolean {
    const named = requestNamedIn(notification);
    return named === undefined ? this.#message.method !== Method.listen : named.id === this.id;
  }

  onNotification(notification: JsonRpcNotification): void {
    this.#options.onNotification?.(notification);
  }

  #done(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }
}

/**
 * The request that a notification names, as those of progress and of subscriptions do; `undefined`
 * for the others, such as logs. All requests share one channel (IO-6).
 */
export function requestNamedIn({
  method,
  params,
}: JsonRpcNotification): { readonly id: unknown } | undefined {
  if (method === Notification.cancelled) return { id: params?.['requestId'] };
  const meta = isRecord(params?.['_meta']) ? params['_meta'] : {};
  const subscription = meta[MetaKey.subscriptionId];
  if (subscription !== undefined) return { id: subscription };
  return method === Notification.progress ? { id: params?.['progressToken'] } : undefined;
}
