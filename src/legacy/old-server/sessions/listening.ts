/** Subscriptions of this revision, fed by the notifications of an old server. */
import { abortable } from '../../../base/abortable.ts';
import { RondoError } from '../../../base/errors.ts';
import { type UnknownRecord, isRecord } from '../../../base/json/json.ts';
import { messageOf } from '../../../base/thrown.ts';
import type {
  JsonRpcNotification,
  JsonRpcRequest,
  RequestId,
} from '../../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../../protocol/names/meta.ts';
import { Notification } from '../../../protocol/names/methods.ts';
import type { SubscriptionFilter } from '../../../protocol/results.ts';
import { RpcError, invalidParams } from '../../../protocol/rpc-error.ts';
import type { Received, RequestOptions } from '../../../protocol/transport.ts';
import type { ServerSession } from './session.ts';

/** The parts of a filter that are lists: their capabilities and notifications. */
const LISTS = [
  ['toolsListChanged', 'tools', Notification.toolsListChanged],
  ['promptsListChanged', 'prompts', Notification.promptsListChanged],
  ['resourcesListChanged', 'resources', Notification.resourcesListChanged],
] as const;

/** Most resources that one subscription may name. */
const MAX_RESOURCES = 1_000;

/** How long the server may take to hear that a resource is not watched any more, in ms. */
const LAST_WORDS = 2_000;

export class Listening {
  readonly #listeners = new Set<Listener>();

  /**
   * Serves `subscriptions/listen`: until its signal aborts, or the server is lost.
   *
   * @throws RpcError; RondoError `transport_failed`; the signal's reason
   */
  async serve(
    session: ServerSession,
    { id, params }: JsonRpcRequest,
    { signal, onNotification }: RequestOptions,
  ): Promise<Received> {
    const honoured = await honouredBy(session, params?.['notifications']);
    const listener = new Listener(id, onNotification);
    this.#listeners.add(listener);
    try {
      const uris = await this.#subscribe(session, honoured.resourceSubscriptions ?? [], signal);
      listener.open({ ...honoured, ...(uris.length > 0 && { resourceSubscriptions: uris }) });
      return await abortable(listener.failed, signal, () => signal.reason);
    } finally {
      this.#listeners.delete(listener);
      this.#unsubscribe(session, listener.uris);
    }
  }

  notify(notification: JsonRpcNotification): void {
    for (const listener of this.#listeners) listener.notify(notification);
  }

  /** The server is lost, or may have sent something that did not arrive. */
  fail(error: unknown): void {
    const why = new RondoError('transport_failed', messageOf(error), { cause: error });
    for (const listener of this.#listeners) listener.fail(why);
  }

  /** @returns those that the server agrees to notify of */
  async #subscribe(
    session: ServerSession,
    uris: readonly string[],
    signal: AbortSignal,
  ): Promise<string[]> {
    const watched: string[] = [];
    for (const uri of uris) {
      try {
        if (!this.#isWatched(uri)) await session.order('resources/subscribe', { uri }, signal);
        watched.push(uri);
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
      }
    }
    return watched;
  }

  #unsubscribe(session: ServerSession, uris: readonly string[]): void {
    const signal = AbortSignal.timeout(LAST_WORDS);
    for (const uri of uris) {
      if (this.#isWatched(uri) || session.isOver) continue;
      // A server that goes on notifying is not listened to.
      session.order('resources/unsubscribe', { uri }, signal).catch(() => {});
    }
  }

  #isWatched(uri: string): boolean {
    return [...this.#listeners].some(({ uris }) => uris.includes(uri));
  }
}

/** One open subscription. */
class Listener {
  /** Rejects when the server is lost. */
  readonly failed: Promise<never>;
  uris: readonly string[] = [];
  readonly #id: RequestId;
  readonly #onNotification: RequestOptions['onNotification'];
  #methods: readonly string[] = [];
  #reject!: (error: unknown) => void;

  constructor(id: RequestId, onNotification: RequestOptions['onNotification']) {
    this.#id = id;
    this.#onNotification = onNotification;
    this.failed = new Promise((_, reject) => (this.#reject = reject));
    // It may fail before anybody waits for it.
    this.failed.catch(() => {});
  }

  /** Acknowledges it, which is its first message (SU-2). */
  open(honoured: SubscriptionFilter): void {
    this.uris = honoured.resourceSubscriptions ?? [];
    this.#methods = LISTS.filter(([name]) => honoured[name]).map(([, , method]) => method);
    this.#send(Notification.acknowledged, { notifications: honoured });
  }

  notify({ method, params }: JsonRpcNotification): void {
    if (this.#methods.includes(method)) return this.#send(method, {});
    const uri = method === Notification.resourceUpdated ? params?.['uri'] : undefined;
    if (typeof uri !== 'string' || !this.uris.some((watched) => uri.startsWith(watched))) return;
    this.#send(method, { uri });
  }

  fail(error: unknown): void {
    this.#reject(error);
  }

  #send(method: string, params: UnknownRecord): void {
    const _meta = { [MetaKey.subscriptionId]: this.#id };
    this.#onNotification?.({ jsonrpc: '2.0', method, params: { ...params, _meta } });
  }
}

/** What of a filter the server can notify of; nothing if it has no stream for that. */
async function honouredBy(session: ServerSession, filter: unknown): Promise<SubscriptionFilter> {
  if (!isRecord(filter)) throw invalidParams('notifications must be an object');
  if (!(await session.listen())) return {};
  const { capabilities } = session.offered;
  const lists = LISTS.filter(([name, list]) => filter[name] && capabilities[list]?.listChanged);
  const uris = capabilities.resources?.subscribe ? urisIn(filter['resourceSubscriptions']) : [];
  return {
    ...Object.fromEntries(lists.map(([name]) => [name, true])),
    ...(uris.length > 0 && { resourceSubscriptions: uris }),
  };
}

function urisIn(uris: unknown): string[] {
  const all = Array.isArray(uris) ? uris : [];
  if (all.length > MAX_RESOURCES) throw invalidParams(`More than ${MAX_RESOURCES} resources`);
  return all.filter((uri): uri is string => typeof uri === 'string');
}
