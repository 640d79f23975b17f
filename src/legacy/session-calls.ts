/** The calls of one session: those that begin here, and those that have begun elsewhere. */
import type { JsonRpcRequest, RequestId } from '../protocol/types/jsonrpc.ts';
import type { OldConnection } from '../protocol/legacy-port.ts';
import { isRequestId } from '../protocol/parse.ts';
import { randomId } from '../state/flow-secret.ts';
import { type CallOutput, DirectOutput, type OutputOwner } from './streams/call-output.ts';
import { CallStream, type CallStreamOptions } from './streams/call-stream.ts';
import { NOTHING_DECLARED, toClientCapabilities } from './sessions/capabilities.ts';
import type { CallId, Continuation, Cursor } from './streams/event-ids.ts';
import type { LegacyDeps } from './legacy-deps.ts';
import { type CallSession, OldCall, type OldCallOptions } from './old-call.ts';
import { LOST, callFailure } from './translation/old-failure.ts';
import { type Sender, knownParams } from './translation/old-request.ts';
import type { SessionMemory } from './sessions/soft-state.ts';

export interface SessionCallsOptions {
  readonly session: CallSession;
  readonly memory: SessionMemory;
  readonly deps: LegacyDeps;
}

/** The revision whose clients come back to a stream. */
const RESUMING = '2025-11-25';

/** Longest id of a request that other instances hear of, in characters of JSON. */
const LONGEST_ID = 256;

type Begun = Pick<OldCallOptions, 'request' | 'call' | 'output' | 'begun'>;

/** A call that begins here. Most need no name for their stream: nothing is sent ahead of the reply. */
class BegunCall implements CallId {
  readonly requestId: RequestId;
  readonly method: string;
  #stream: string | undefined;

  constructor({ id, method }: JsonRpcRequest) {
    this.requestId = id;
    this.method = method;
  }

  get stream(): string {
    return (this.#stream ??= randomId());
  }
}

export class SessionCalls {
  readonly #options: SessionCallsOptions;

  constructor(options: SessionCallsOptions) {
    this.#options = options;
  }

  /** Resolves when nothing of the call runs any more. Never rejects. */
  begin(given: JsonRpcRequest, connection: OldConnection): Promise<void> {
    const { session } = this.#options;
    const request = { ...given, params: knownParams(given.params) };
    const canResume = connection.resumes && connection.streams && this.#hasId;
    const resumes = canResume && session.version === RESUMING;
    const call = new BegunCall(request);
    const output = (owner: OutputOwner): CallOutput =>
      resumes
        ? new CallStream(connection, this.#streamOptions(call, owner))
        : new DirectOutput(connection, owner);
    return this.#run({ request, call, output }, connection);
  }

  /** `undefined` where nothing will come. */
  resume(eventId: string, connection: OldConnection): Promise<void> | undefined {
    const { session, deps } = this.#options;
    const opened = deps.eventIds.open(eventId, session.digest);
    if (opened === undefined) return undefined;
    const { call } = opened;
    const stream = deps.streams.find(call.stream, session.digest);
    if (stream?.attach(connection, opened) === true) return Promise.resolve();
    if (deps.streams.hasEnded(call.stream)) return undefined;
    if (opened.type === 'continuation') return this.#continue(opened.call, opened, connection);
    const { body } = callFailure(call.requestId, call.method, LOST);
    connection.send({ message: body });
    connection.end();
    return Promise.resolve();
  }

  /** Cancels the running request with this id, wherever it runs. */
  cancel(id: unknown): void {
    if (!isRequestId(id)) return;
    const { session, deps } = this.#options;
    const key = callKey(id);
    if (!this.#hasId || deps.running.cancel(session.digest, key)) return;
    if (key.length <= LONGEST_ID) deps.instances.cancelled(session.digest, key);
  }

  /** Without a way to send questions, the client is one that declared nothing. */
  sender({ streams, asks }: OldConnection): Sender {
    const { session, memory, deps } = this.#options;
    const canAsk = streams && (deps.ask ?? asks);
    return {
      capabilities: toClientCapabilities(canAsk ? session.declared : NOTHING_DECLARED),
      clientInfo: session.clientInfo,
      logLevel: memory.state.logLevel,
    };
  }

  /** Whether the client can show, in another request, that it is the same. */
  get #hasId(): boolean {
    return this.#options.session.digest !== '';
  }

  #continue(begun: Continuation, cursor: Cursor, connection: OldConnection): Promise<void> {
    const { requestId: id, method, params, stream } = begun;
    const request: JsonRpcRequest = { jsonrpc: '2.0', id, method, params };
    const call = { stream, requestId: id, method };
    const output = (owner: OutputOwner): CallOutput =>
      new CallStream(connection, { ...this.#streamOptions(call, owner), cursor });
    return this.#run({ request, call, output, begun }, connection);
  }

  #streamOptions(call: CallId, owner: OutputOwner): CallStreamOptions {
    const { session, deps } = this.#options;
    const { eventIds: ids, streams, atEndOfTurn } = deps;
    return { call, session: session.digest, ids, streams, owner, atEndOfTurn };
  }

  async #run(begun: Begun, connection: OldConnection): Promise<void> {
    const { session, deps } = this.#options;
    const sender = this.sender(connection);
    const call = new OldCall({ ...begun, session, sender, connection, deps });
    // Without an id of the session nobody can cancel the call, and others use the same ids.
    if (!this.#hasId) return call.run();
    const key = callKey(begun.request.id);
    deps.running.begun(session.digest, key, call);
    await call.run();
    deps.running.ended(session.digest, key, call);
  }
}

/** A number and a text are two ids. */
function callKey(id: unknown): string {
  return JSON.stringify(id) ?? '';
}
