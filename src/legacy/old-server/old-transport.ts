/** An old server, as a client of this revision sees it (L17): every request becomes one of its own. */
import type { Logger } from '../../base/logging/logger.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { shownMessage } from '../../base/shown-text.ts';
import type { JsonRpcNotification, JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import { Method, Notification } from '../../protocol/names/methods.ts';
import { RpcError, methodNotFound } from '../../protocol/rpc-error.ts';
import type { Received, RequestOptions, Transport } from '../../protocol/transport.ts';
import type { Connector } from './connecting/connector.ts';
import { Listening } from './sessions/listening.ts';
import { OpenCalls } from './calls/open-calls.ts';
import { Round } from './calls/round.ts';
import { ServerSession, type SessionClient } from './sessions/session.ts';
import { SharedWork } from './shared-work.ts';
import { type AnswerQuestion, StrayQuestions } from './questions/stray-questions.ts';
import { SHARED_METHODS, discovered, fromOldResponse, toOldRequest } from './calls/translate.ts';
import { type FromServerBeside, SessionLost } from './wires/wire.ts';

export interface OldTransportOptions {
  readonly connector: Connector;
  readonly logger: Logger;
  /** Default: such questions are refused. */
  readonly answerQuestion?: AnswerQuestion | undefined;
  /** How long a call may wait for its client, in ms. Default: as long as it takes. */
  readonly patience?: number;
}

/** Methods whose requests may ask. */
const ASKING: readonly string[] = [Method.callTool, Method.getPrompt, Method.readResource];

export class OldTransport implements Transport {
  readonly hasHeaders: boolean;
  readonly #options: OldTransportOptions;
  readonly #calls: OpenCalls;
  readonly #others = new Set<Round>();
  readonly #listening = new Listening();
  readonly #strays: StrayQuestions;
  #session: ServerSession | undefined;
  #opening: SharedWork<ServerSession> | undefined;

  constructor(options: OldTransportOptions) {
    this.#options = options;
    this.hasHeaders = options.connector.modern.hasHeaders;
    this.#calls = new OpenCalls(options.patience);
    this.#strays = new StrayQuestions(options.answerQuestion, options.logger);
  }

  /** The revision that is spoken; `undefined` before the first request. */
  get era(): string | undefined {
    return this.#session?.offered.version;
  }

  /** Whether there are calls that wait for their clients, or are served. */
  get hasOpenCalls(): boolean {
    return this.#calls.size > 0;
  }

  async request(message: JsonRpcRequest, options: RequestOptions): Promise<Received> {
    try {
      return await this.#serve(message, options);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const { code, message: why, data } = error;
      return { jsonrpc: '2.0', id: message.id, error: { code, message: why, data } };
    }
  }

  /** Opens a session, if there is none. @throws as `ServerSession.open` */
  async open(first: JsonRpcRequest, signal: AbortSignal): Promise<ServerSession> {
    if (this.#session?.isOver === false) return this.#session;
    // What a lost session still listens to is nobody's any more.
    void this.#session?.close();
    const opening = (this.#opening ??= new SharedWork((until) => this.#begin(first, until)));
    try {
      return (this.#session = await opening.outcome(signal));
    } finally {
      if (this.#opening === opening && opening.isOver) this.#opening = undefined;
    }
  }

  abandon(state: string): void {
    this.#calls.abandon(state);
  }

  async close(): Promise<void> {
    this.#calls.cancelAll();
    this.#strays.close();
    await this.#session?.close();
    await this.#options.connector.close();
  }

  async #serve(message: JsonRpcRequest, options: RequestOptions): Promise<Received> {
    const round = new Round(message, options);
    const state = message.params?.['requestState'];
    if (state !== undefined && ASKING.includes(message.method)) {
      return this.#calls.resume(state, round);
    }
    try {
      return await this.#serveIn(await this.open(message, round.signal), round, options);
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      // A request that finds no session has had no effect: once more, in a new one (L18).
      return this.#serveIn(await this.open(message, round.signal), round, options);
    }
  }

  async #serveIn(session: ServerSession, round: Round, options: RequestOptions): Promise<Received> {
    const { message, signal } = round;
    const { id, method } = message;
    if (method === Method.discover) {
      return { jsonrpc: '2.0', id, result: discovered(session.offered) };
    }
    if (method === Method.listen) return this.#listening.serve(session, message, options);
    if (!SHARED_METHODS.includes(method)) throw methodNotFound(method);
    await session.logs.need(round.logLevel, signal);
    const onOther = (other: FromServerBeside): void => this.#take(session, other);
    if (ASKING.includes(method)) return this.#calls.begin(session, round, onOther);
    return this.#send(session, round, onOther);
  }

  /** A request that may not ask. */
  async #send(
    session: ServerSession,
    round: Round,
    onOther: (message: FromServerBeside) => void,
  ): Promise<Received> {
    const { message, signal } = round;
    this.#others.add(round);
    try {
      const request = toOldRequest(message, session.nextId());
      const onMessage = (other: FromServerBeside): void => {
        if (other.type !== 'notification' || !isAbout(request, other.notification)) onOther(other);
        else round.onNotification(other.notification);
      };
      const response = await session.request(request, { signal, onMessage });
      return fromOldResponse(message, response, session.offered);
    } finally {
      this.#others.delete(round);
    }
  }

  async #begin(first: JsonRpcRequest, signal: AbortSignal): Promise<ServerSession> {
    const { connector } = this.#options;
    let session: ServerSession | undefined;
    const wire = await connector.openWire({
      onMessage: (message) => session && this.#take(session, message),
      onGap: (error) => this.#listening.fail(error),
    });
    try {
      session = await ServerSession.open(wire, clientIn(first), signal);
      signal.throwIfAborted();
      return session;
    } catch (error) {
      // Nobody waits for it any more, and nobody else would end it.
      if (signal.aborted) void wire.close();
      throw error;
    }
  }

  /** What belongs to no request, or to one that its server does not name. */
  #take(session: ServerSession, message: FromServerBeside): void {
    if (message.type === 'request') return this.#ask(session, message.request);
    const { method, params } = message.notification;
    const calls = this.#calls.all;
    if (method === Notification.cancelled) {
      for (const call of calls) call.withdraw(params?.['requestId']);
      return this.#strays.withdraw(params?.['requestId']);
    }
    for (const call of calls) call.notify(message);
    if (method === Notification.message) {
      for (const round of this.#others) round.onNotification(message.notification);
    }
    this.#listening.notify(message.notification);
  }

  /** A question belongs to the only call that can ask; with several nobody knows whose it is (L19). */
  #ask(session: ServerSession, request: JsonRpcRequest): void {
    if (request.method === 'ping') {
      const { logger } = this.#options;
      const failed = (error: unknown): void =>
        logger.debug(`A ping was not answered: ${shownMessage(error)}`);
      session.answer(request.id, {}, AbortSignal.timeout(30_000)).catch(failed);
      return;
    }
    const [only, ...others] = this.#calls.all;
    if (only !== undefined && others.length === 0) return only.ask(request);
    this.#strays.answer(session, request);
  }
}

/** Whether what came on the stream of a request is about it, and not about the session. */
function isAbout({ id }: JsonRpcRequest, { method, params }: JsonRpcNotification): boolean {
  if (method === Notification.progress) return params?.['progressToken'] === id;
  return method === Notification.message;
}

/** Who a request is from. */
function clientIn({ params }: JsonRpcRequest): SessionClient {
  const meta: UnknownRecord = isRecord(params?.['_meta']) ? params['_meta'] : {};
  const info = meta[MetaKey.clientInfo];
  const capabilities = meta[MetaKey.clientCapabilities];
  return {
    info: isRecord(info) ? (info as never) : { name: 'mcp-rondo', version: '0' },
    capabilities: isRecord(capabilities) ? capabilities : {},
  };
}
