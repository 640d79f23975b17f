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
import { type CallOutput, DirectOutput, type OutputOwner } from './call-output.ts';
import { CallStream, type CallStreamOptions } from './call-stream.ts';
import type { Continuation, Cursor } from './event-ids.ts';
import { type CallSession, OldCall, type OldCallOptions } from './old-call.ts';
import { LOST, callFailure, oldFailure } from './old-failure.ts';
import { randomId } from '../state/flow-secret.ts';
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

/** The revision whose clients come back to a stream. */
const RESUMING = '2025-11-25';

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
    const { session, state, deps } = this.#options;
    const key = callKey(params['requestId']);
    if (!state.cancel(key) && session.digest !== '') deps.instances.cancelled(session.digest, key);
  }

  answered(response: UnknownRecord, connection: OldConnection): boolean {
    const { session, deps } = this.#options;
    const { id } = response;
    if (!session.ids.isOf(session.digest, id)) return false;
    const isTaken = deps.questions.answer(id, session.digest, response, connection);
    const asked = { session: session.digest, principal: connection.principal };
    if (isTaken || connection.isPipe) return true;
    deps.kept.keep(id, asked, response);
    deps.instances.answered(id, asked, response);
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

  resume(eventId: string, connection: OldConnection): Promise<void> | undefined {
    const { session, deps } = this.#options;
    const opened = deps.eventIds.open(eventId, session.digest);
    if (opened === undefined) return undefined;
    const { call } = opened;
    const stream = deps.streams.find(call.stream, session.digest);
    if (stream !== undefined) {
      stream.attach(connection, opened);
      return Promise.resolve();
    }
    if (deps.streams.hasEnded(call.stream)) return undefined;
    if (opened.type === 'continuation') return this.#continue(opened.call, opened, connection);
    const { body } = callFailure(call.requestId, call.method, LOST);
    connection.send({ message: body });
    connection.end();
    return Promise.resolve();
  }

  end(): void {
    this.#options.state.end();
    this.#options.keep();
  }

  #call(request: JsonRpcRequest, connection: OldConnection): Promise<void> {
    const { session } = this.#options;
    const resumes = connection.resumes && session.version === RESUMING;
    const stream = randomId();
    const output = (owner: OutputOwner): CallOutput =>
      resumes
        ? new CallStream(connection, this.#streamOptions(request, stream, owner))
        : new DirectOutput(connection, owner);
    return this.#run({ request, stream, output }, connection);
  }

  /** A call that has begun at another instance. */
  #continue(begun: Continuation, cursor: Cursor, connection: OldConnection): Promise<void> {
    const { requestId: id, method, params, stream } = begun;
    const request: JsonRpcRequest = { jsonrpc: '2.0', id, method, params };
    const output = (owner: OutputOwner): CallOutput =>
      new CallStream(connection, { ...this.#streamOptions(request, stream, owner), cursor });
    return this.#run({ request, stream, output, begun }, connection);
  }

  #streamOptions(
    { id: requestId, method }: JsonRpcRequest,
    stream: string,
    owner: OutputOwner,
  ): CallStreamOptions {
    const { session, deps } = this.#options;
    const call = { stream, requestId, method };
    return { call, session: session.digest, ids: deps.eventIds, streams: deps.streams, owner };
  }

  async #run(
    own: Pick<OldCallOptions, 'request' | 'stream' | 'output' | 'begun'>,
    connection: OldConnection,
  ): Promise<void> {
    const { state, keep, deps, session } = this.#options;
    const call = new OldCall({
      ...own,
      session,
      sender: this.#sender(connection),
      connection,
      deps,
    });
    const key = callKey(own.request.id);
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
