import { type UnknownRecord, isRecord, parseJson } from '../base/json.ts';
import type { JsonRpcNotification, JsonRpcRequest, RequestId } from '../protocol/jsonrpc.ts';
import type { OldConnection, OldSession } from '../protocol/legacy-port.ts';
import { Method, Notification, OldMethod } from '../protocol/methods.ts';
import { errorReply, resultReply } from '../protocol/reply.ts';
import { isLogLevel } from '../protocol/results.ts';
import {
  ResourceNotFound,
  RpcError,
  invalidParams,
  methodNotFound,
} from '../protocol/rpc-error.ts';
import { NOTHING_DECLARED, toClientCapabilities } from './capabilities.ts';
import { ChangeStream, MOST_STREAMS } from './change-stream.ts';
import { InnerExchange } from './inner-exchange.ts';
import type { LegacyDeps } from './legacy-deps.ts';
import { type CallSession, OldCall } from './old-call.ts';
import { oldFailure } from './old-failure.ts';
import { type Sender, toRequest } from './old-request.ts';
import type { SoftState } from './soft-state.ts';

export interface LegacySessionOptions {
  readonly session: CallSession;
  readonly state: SoftState;
  /** Called after each change of the state. */
  readonly keep: () => void;
  readonly deps: LegacyDeps;
  /** A digest of the lists as this caller sees them. */
  readonly listsDigest: (connection: OldConnection, sender: Sender) => Promise<string>;
}

/** Methods of this revision, which old clients do not have. */
const NOT_OLD: readonly string[] = [Method.discover, Method.listen];

export class LegacySession implements OldSession {
  readonly version: string;
  readonly #options: LegacySessionOptions;

  constructor(options: LegacySessionOptions) {
    this.version = options.session.version;
    this.#options = options;
  }

  async serve(request: JsonRpcRequest, connection: OldConnection): Promise<void> {
    const { id, method, params = {} } = request;
    try {
      if (NOT_OLD.includes(method) || method.startsWith('tasks/')) throw methodNotFound(method);
      if (method === OldMethod.ping) return finish(connection, id);
      if (method === OldMethod.setLevel) this.#setLevel(params);
      else if (method === OldMethod.subscribe) await this.#subscribe(params, connection);
      else if (method === OldMethod.unsubscribe) this.#unsubscribe(params);
      else return await this.#call(request, connection);
      finish(connection, id);
    } catch (error) {
      const known = error instanceof RpcError ? error : invalidParams('Invalid request');
      connection.finish(oldFailure(id, method, known, { status: 200 }));
    }
  }

  notified({ method, params }: JsonRpcNotification): void {
    if (method !== Notification.cancelled || !isRecord(params)) return;
    this.#options.state.cancel(callKey(params['requestId']));
  }

  answered(response: UnknownRecord, connection: OldConnection): boolean {
    const { session, deps } = this.#options;
    const { id } = response;
    if (!session.ids.isOf(session.digest, id)) return false;
    deps.questions.answer(id, session.digest, response, connection);
    return true;
  }

  async listen(connection: OldConnection): Promise<void> {
    const { state, keep, deps, session, listsDigest } = this.#options;
    if (state.streams.length >= MOST_STREAMS) {
      const tooMany = new RpcError(-32000, 'Too many open streams of one session');
      connection.finish({ ...errorReply(undefined, tooMany), status: 503 });
      return;
    }
    const sender = this.#sender(connection);
    const isOutdated = async (): Promise<boolean> =>
      session.lists !== '' && session.lists !== (await listsDigest(connection, sender));
    const stream = new ChangeStream({ connection, state, sender, deps, isOutdated });
    const running = stream.run();
    keep();
    await running;
    keep();
  }

  resume(): Promise<void> | undefined {
    return undefined;
  }

  end(): void {
    this.#options.state.end();
    this.#options.keep();
  }

  async #call(request: JsonRpcRequest, connection: OldConnection): Promise<void> {
    const { state, keep, deps, session } = this.#options;
    const call = new OldCall(request, session, this.#sender(connection), connection, deps);
    const key = callKey(request.id);
    state.begun(key, call);
    keep();
    await call.run();
    state.ended(key, call);
    keep();
  }

  #sender({ streams, asks }: OldConnection): Sender {
    const { session, state, deps } = this.#options;
    const canAsk = streams && (deps.ask ?? asks);
    return {
      capabilities: toClientCapabilities(canAsk ? session.declared : NOTHING_DECLARED),
      clientInfo: session.clientInfo,
      logLevel: state.logLevel,
    };
  }

  #setLevel({ level }: UnknownRecord): void {
    if (!isLogLevel(level)) throw invalidParams('Unknown log level');
    this.#options.state.logLevel = level;
    this.#options.keep();
  }

  async #subscribe(params: UnknownRecord, connection: OldConnection): Promise<void> {
    const uri = uriIn(params);
    if (!(await this.#mayWatch(uri, connection))) throw new ResourceNotFound(uri);
    if (!this.#options.state.watch(uri)) throw invalidParams('Too many subscriptions, or too long');
    this.#options.keep();
  }

  #unsubscribe(params: UnknownRecord): void {
    this.#options.state.unwatch(uriIn(params));
    this.#options.keep();
  }

  /** Asks the server as a client of this revision would: it acknowledges what may be watched. */
  async #mayWatch(uri: string, connection: OldConnection): Promise<boolean> {
    let isAcknowledged = false;
    const inner = new InnerExchange(connection, true, (text) => {
      isAcknowledged = acknowledges(uri, text);
      inner.inFlight.conclude();
    });
    const notifications = { resourceSubscriptions: [uri] };
    const request = toRequest(Method.listen, { notifications }, this.#sender(connection));
    await this.#options.deps.dispatch(request, inner);
    return isAcknowledged;
  }
}

/** Nothing is kept by the id of a request alone: a number and a text are two ids. */
function callKey(id: unknown): string {
  return JSON.stringify(id) ?? '';
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
