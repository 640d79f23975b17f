import { type UnknownRecord, isRecord, parseJson } from '../base/json/json.ts';
import type { JsonRpcNotification, JsonRpcRequest, RequestId } from '../protocol/types/jsonrpc.ts';
import type { OldConnection, OldSession } from '../protocol/legacy-port.ts';
import type { Reply } from '../protocol/dispatcher.ts';
import { Method, Notification, OldMethod } from '../protocol/names/methods.ts';
import { errorReply, resultReply } from '../protocol/reply.ts';
import { isLogLevel } from '../protocol/results.ts';
import {
  ResourceNotFound,
  RpcError,
  invalidParams,
  methodNotFound,
} from '../protocol/rpc-error.ts';
import { ChangeStream, MOST_STREAMS } from './change-stream.ts';
import { InnerExchange } from './inner-exchange.ts';
import { isAboutCaller, oldFailure } from './translation/old-failure.ts';
import { type Sender, toRequest } from './translation/old-request.ts';
import { SessionCalls, type SessionCallsOptions } from './session-calls.ts';

export interface LegacySessionOptions extends SessionCallsOptions {
  /** A digest of the lists as this caller sees them. */
  readonly listsDigest: (connection: OldConnection, sender: Sender) => Promise<string>;
}

/** Methods of this revision, which old clients do not have. */
const NOT_OLD: readonly string[] = [Method.discover, Method.listen];

export class LegacySession implements OldSession {
  readonly version: string;
  readonly #options: LegacySessionOptions;
  readonly #calls: SessionCalls;

  constructor(options: LegacySessionOptions) {
    this.version = options.session.version;
    this.#options = options;
    this.#calls = new SessionCalls(options);
  }

  async serve(request: JsonRpcRequest, connection: OldConnection): Promise<void> {
    const { id, method, params = {} } = request;
    try {
      if (NOT_OLD.includes(method) || method.startsWith('tasks/')) throw methodNotFound(method);
      if (method === OldMethod.ping) return finish(connection, id);
      if (method === OldMethod.setLevel) this.#setLevel(params);
      else if (method === OldMethod.subscribe) {
        const refused = await this.#subscribe(params, connection);
        if (refused !== undefined) {
          return connection.finish(oldFailure(id, method, refused.error!, refused));
        }
      } else if (method === OldMethod.unsubscribe) this.#unsubscribe(params);
      else return await this.#calls.begin(request, connection);
      finish(connection, id);
    } catch (error) {
      const known = error instanceof RpcError ? error : invalidParams('Invalid request');
      connection.finish(oldFailure(id, method, known, { status: 200 }));
    }
  }

  notified({ method, params }: JsonRpcNotification): void {
    if (method !== Notification.cancelled || !isRecord(params)) return;
    this.#calls.cancel(params['requestId']);
  }

  async answered(response: UnknownRecord, connection: OldConnection): Promise<boolean> {
    const { session, deps } = this.#options;
    const { id } = response;
    if (session.digest === '' || !this.#hasAsked(id)) return false;
    const isTaken = deps.questions.answer(id, session.digest, response, connection);
    const asked = { session: session.digest, principal: connection.principal };
    if (connection.isPipe) return true;
    if (isTaken) return new Promise((resolve) => deps.atEndOfTurn(() => resolve(true)));
    if (deps.kept.keep(id, asked, response)) deps.instances.answered(id);
    return true;
  }

  /** Whether a question with this id is open here, or was made for this session by any instance. */
  #hasAsked(id: unknown): id is string {
    const { session, deps } = this.#options;
    return deps.questions.isOpen(id, session.digest) || session.ids.isOf(session.digest, id);
  }

  async listen(connection: OldConnection): Promise<void> {
    const { memory, deps, session, listsDigest } = this.#options;
    if (memory.state.streams.length >= MOST_STREAMS) {
      const tooMany = new RpcError(-32000, 'Too many open streams of one session');
      connection.finish({ ...errorReply(undefined, tooMany), status: 503 });
      return;
    }
    const sender = this.#calls.sender(connection);
    const isOutdated = async (): Promise<boolean> =>
      session.lists !== '' && session.lists !== (await listsDigest(connection, sender));
    await memory.change((state) =>
      new ChangeStream({ connection, state, sender, deps, isOutdated }).run(),
    );
    memory.change(() => {});
  }

  resume(eventId: string, connection: OldConnection): Promise<void> | undefined {
    return this.#calls.resume(eventId, connection);
  }

  end(): void {
    const { memory, deps, session } = this.#options;
    memory.change((state) => state.end());
    deps.streams.sessionEnded(session.digest);
  }

  #setLevel({ level }: UnknownRecord): void {
    if (!isLogLevel(level)) throw invalidParams('Unknown log level');
    this.#options.memory.change((state) => void (state.logLevel = level));
  }

  /** Resolves with the reply that refuses a caller, if it does. */
  async #subscribe(params: UnknownRecord, connection: OldConnection): Promise<Reply | undefined> {
    const uri = uriIn(params);
    const { isAcknowledged, reply } = await this.#tryToWatch(uri, connection);
    if (isAboutCaller(reply)) return reply;
    if (!isAcknowledged) throw new ResourceNotFound(uri);
    const isWatched = this.#options.memory.change((state) => state.watch(uri));
    if (!isWatched) throw invalidParams('Too many subscriptions, or too long');
    return undefined;
  }

  #unsubscribe(params: UnknownRecord): void {
    const uri = uriIn(params);
    this.#options.memory.change((state) => state.unwatch(uri));
  }

  /** Asks the server as a client of this revision would: it acknowledges what may be watched. */
  async #tryToWatch(
    uri: string,
    connection: OldConnection,
  ): Promise<{ readonly isAcknowledged: boolean; readonly reply: Reply }> {
    let isAcknowledged = false;
    const inner = new InnerExchange(connection, true, (text) => {
      isAcknowledged = acknowledges(uri, text);
      inner.inFlight.conclude();
    });
    const notifications = { resourceSubscriptions: [uri] };
    const request = toRequest(Method.listen, { notifications }, this.#calls.sender(connection));
    const reply = await this.#options.deps.dispatch(request, inner);
    return { isAcknowledged, reply };
  }
}

function finish(connection: OldConnection, id: RequestId): void {
  connection.finish(resultReply(id, '{}'));
}

/** @throws RpcError `-32602` */
function uriIn({ uri }: UnknownRecord): string {
  if (typeof uri !== 'string') throw invalidParams('params.uri must be a string');
  return uri;
}

function acknowledges(uri: string, text: string): boolean {
  const message = parseJson(text);
  const params = isRecord(message) ? message['params'] : undefined;
  const filter = isRecord(params) ? params['notifications'] : undefined;
  const uris = isRecord(filter) ? filter['resourceSubscriptions'] : undefined;
  return Array.isArray(uris) && uris.includes(uri);
}
