/** An old client on the other end of a pipe: from `initialize` on, the pipe is its session (L16). */
import type { JsonRpcRequest, RequestId } from '../protocol/types/jsonrpc.ts';
import {
  type LegacyPort,
  type OldConnection,
  type OldEvent,
  type OldReply,
  type OldSession,
  UNLIMITED,
  isOld,
} from '../protocol/legacy-port.ts';
import { Notification, OldMethod } from '../protocol/names/methods.ts';
import { serveOldBatch } from '../protocol/old-batch.ts';
import type { Incoming } from '../protocol/parse.ts';
import type { Principal } from '../protocol/principal.ts';
import { errorReply } from '../protocol/reply.ts';
import { invalidRequest } from '../protocol/rpc-error.ts';
import { InFlight } from '../protocol/in-flight.ts';
import type { StdioOutput } from './output.ts';

/** A request that is being served. */
export interface Running {
  readonly inFlight: InFlight;
}

export class OldPipe {
  readonly #legacy: LegacyPort;
  readonly #principal: Principal | undefined;
  readonly #output: StdioOutput;
  readonly #running: Map<RequestId, Running>;
  #session: OldSession | undefined;
  #listening: PipeConnection | undefined;
  readonly #batches = new Set<PipeConnection>();

  /** @param running all requests of the pipe that are being served, whatever their revision */
  constructor(
    legacy: LegacyPort,
    principal: Principal | undefined,
    output: StdioOutput,
    running: Map<RequestId, Running>,
  ) {
    this.#legacy = legacy;
    this.#principal = principal;
    this.#output = output;
    this.#running = running;
  }

  /** Whether a message is of an old client. Without a session only `initialize` can be. */
  takes(incoming: Incoming): boolean {
    if (incoming.type === 'invalid' || !isOld(incoming)) return false;
    return this.#session !== undefined || initializeIn(incoming) !== undefined;
  }

  /** Resolves when nothing of it runs any more. Never rejects. */
  async receive(incoming: Incoming): Promise<void> {
    const initialize = initializeIn(incoming);
    if (initialize !== undefined) return this.#initialize(initialize);
    const session = this.#session;
    if (session === undefined) return;
    if (incoming.type === 'request') return this.#serve(incoming.request, session);
    const connection = this.#connect();
    if (incoming.type === 'response') await session.answered(incoming.response, connection);
    else if (incoming.type === 'batch') return this.#serveBatch(incoming, session, connection);
    else if (incoming.type === 'notification') {
      session.notified(incoming.notification, connection);
      if (incoming.notification.method === Notification.initialized) return this.#listen(session);
    }
  }

  /** In force at once: hosts send the next message before they have the reply. */
  #initialize(request: JsonRpcRequest): void {
    this.#listening?.inFlight.conclude();
    this.#listening = undefined;
    this.#endCalls('another session has begun');
    this.#session = this.#legacy.initialize(request, this.#connect());
  }

  /** Their ids can be used anew at once, also where a handler does not hear of it. */
  #endCalls(reason: string): void {
    for (const [id, running] of this.#running) {
      if (!(running instanceof PipeConnection)) continue;
      this.#running.delete(id);
      running.inFlight.cancel(reason);
    }
    for (const { inFlight } of this.#batches) inFlight.cancel(reason);
  }

  async #serve(request: JsonRpcRequest, session: OldSession): Promise<void> {
    const { id } = request;
    const connection = this.#connect();
    if (this.#running.has(id)) {
      const error = invalidRequest('Another request with this id is being served');
      return connection.finish({ status: 200, body: errorReply(id, error).body });
    }
    this.#running.set(id, connection);
    await session.serve(request, connection);
    if (this.#running.get(id) === connection) this.#running.delete(id);
  }

  /** Changes are sent from now on, until the pipe closes or another session begins. */
  async #listen(session: OldSession): Promise<void> {
    if (this.#listening !== undefined) return;
    const connection = this.#connect();
    this.#listening = connection;
    await session.listen(connection);
  }

  async #serveBatch(
    batch: Extract<Incoming, { type: 'batch' }>,
    session: OldSession,
    connection: PipeConnection,
  ): Promise<void> {
    this.#batches.add(connection);
    await serveOldBatch(batch, session, connection);
    this.#batches.delete(connection);
  }

  /** The pipe closes. */
  close(): void {
    this.#listening?.inFlight.conclude();
    for (const { inFlight } of this.#batches) inFlight.conclude();
  }

  /** The pipe is gone. */
  cut(): void {
    for (const { inFlight } of this.#batches) inFlight.cancel('the connection was closed');
  }

  #connect(): PipeConnection {
    return new PipeConnection(this.#principal, this.#output);
  }
}

function initializeIn(incoming: Incoming): JsonRpcRequest | undefined {
  if (incoming.type !== 'request') return undefined;
  return incoming.request.method === OldMethod.initialize ? incoming.request : undefined;
}

class PipeConnection implements OldConnection {
  readonly principal: Principal | undefined;
  readonly request = undefined;
  readonly streams = true;
  readonly asks = true;
  readonly isPipe = true;
  readonly resumes = false;
  readonly slot = UNLIMITED;
  readonly inFlight: InFlight = new InFlight();
  readonly #output: StdioOutput;

  constructor(principal: Principal | undefined, output: StdioOutput) {
    this.principal = principal;
    this.#output = output;
  }

  notify(message: string): void {
    if (!this.#output.isBehind) this.#output.write(message);
  }

  send(...events: readonly OldEvent[]): void {
    for (const { message } of events) if (message !== undefined) this.#output.write(message);
  }

  comment(): void {}

  /** A refused listener is no reply to anything. */
  finish({ body, status }: OldReply): void {
    if (body !== '' && status !== 405) this.#output.write(body);
  }

  end(): void {}
}
