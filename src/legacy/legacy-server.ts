/** Serves clients of earlier revisions in front of a server of this one. */
import { isRecord } from '../base/json/json.ts';
import type { Dispatch, Reply } from '../protocol/dispatcher.ts';
import type { JsonRpcRequest } from '../protocol/types/jsonrpc.ts';
import type { LegacyPort, OldConnection, OldSession } from '../protocol/legacy-port.ts';
import { Method } from '../protocol/names/methods.ts';
import type { Principal } from '../protocol/principal.ts';
import { errorReply, resultReply } from '../protocol/reply.ts';
import type { Implementation } from '../protocol/results.ts';
import { internalError } from '../protocol/rpc-error.ts';
import { OLD_VERSIONS } from '../protocol/names/version.ts';
import type { Logger } from '../base/logging/logger.ts';
import { describeError } from '../base/thrown.ts';
import { writeJson } from '../base/json/well-formed-json.ts';
import { sha256 } from '../state/crypto.ts';
import { randomId } from '../state/flow-secret.ts';
import type { Purpose } from '../state/key-ring.ts';
import type { SealedRelay } from '../state/sealed-relay.ts';
import type { Sealer } from '../state/sealer.ts';
import {
  NOTHING_DECLARED,
  readCapabilities,
  toOldServerCapabilities,
} from './sessions/capabilities.ts';
import { InnerExchange } from './inner-exchange.ts';
import type { LegacyDeps } from './legacy-deps.ts';
import { LegacySession } from './legacy-session.ts';
import { type Sender, resultText, toRequest } from './translation/old-request.ts';
import { CallStreams } from './streams/call-streams.ts';
import { EventIds } from './streams/event-ids.ts';
import { Instances } from './instances.ts';
import { KeptAnswers } from './questions/kept-answers.ts';
import { RepeatedWarnings } from '../base/logging/repeated-warnings.ts';
import { RunningCalls } from './sessions/running-calls.ts';
import { OpenQuestions } from './questions/open-questions.ts';
import { PipeQuestionIds, type QuestionIds, TaggedQuestionIds } from './questions/question-ids.ts';
import {
  type OpenedSession,
  type SessionFacts,
  SessionIds,
  clientInfoOf,
} from './sessions/session-id.ts';
import { OwnMemory, type SessionMemory, SoftStates } from './sessions/soft-state.ts';

/** How clients of earlier revisions are served. */
export interface LegacyOptions {
  /**
   * Whether they can be asked. Default: over `serve`, `nodeHandler` and stdio they can; over `fetch`
   * they cannot, because there another request cannot wake the one that waits.
   */
  readonly ask?: boolean;
  /** How long a person may take to answer, in ms. Default 10 minutes. */
  readonly askTimeout?: number;
  /** How long a session lasts, in ms. Default 30 days: most hosts never begin a second one. */
  readonly sessionTtl?: number;
}

export interface LegacyServerOptions extends LegacyOptions {
  readonly dispatch: Dispatch;
  readonly isWrapped: LegacyDeps['isWrapped'];
  readonly serverInfo: Implementation;
  readonly sealerFor: (purpose: Purpose) => Sealer;
  readonly audience: string;
  /** How long a state can be used, in ms: questions cannot be answered later. */
  readonly stateTtl: number;
  /** How long a round may take, in ms. */
  readonly roundTimeout: number;
  /** To the other instances. */
  readonly relay: SealedRelay | undefined;
  readonly logger: Logger;
  readonly now: () => number;
  /** Runs `fn` at the end of this turn of the event loop. */
  readonly atEndOfTurn: (fn: () => void) => void;
}

const UNCLAIMED =
  'An old client answered a question that nobody here waits for. Where there are several instances, ' +
  'let the balancer hash on Mcp-Session-Id.';

/** The revision of clients that do not send the header of later ones. */
const WITHOUT_HEADER = '2025-03-26';

const NO_SENDER: Sender = { capabilities: {}, clientInfo: undefined, logLevel: undefined };

/** Lists that tell whether a client has to read them again. */
const LISTS = [Method.listTools, Method.listPrompts, Method.listResourceTemplates];

export class LegacyServer implements LegacyPort {
  readonly #options: LegacyServerOptions;
  readonly #deps: LegacyDeps;
  readonly #ids: SessionIds;
  readonly #states = new SoftStates();
  /** As long as their ids are remembered: to make one costs a call something. */
  readonly #opened = new WeakMap<OpenedSession, OldSession>();
  #questionIds: QuestionIds | undefined;

  constructor(options: LegacyServerOptions) {
    const { dispatch, isWrapped, ask, askTimeout = 600_000, logger } = options;
    const { sealerFor, audience, sessionTtl: ttl = 30 * 86_400_000, now } = options;
    const warnings = new RepeatedWarnings(logger);
    const kept = new KeptAnswers(() => warnings.warn(UNCLAIMED));
    const [questions, streams] = [new OpenQuestions(), new CallStreams()];
    const running = new RunningCalls();
    let resume: Sealer | undefined;
    this.#options = options;
    this.#deps = {
      dispatch,
      isWrapped,
      ask,
      askTimeout: Math.min(askTimeout, options.stateTtl),
      roundTimeout: options.roundTimeout,
      logger,
      now,
      atEndOfTurn: options.atEndOfTurn,
      questions,
      kept,
      running,
      instances: new Instances({
        relay: options.relay,
        questions,
        kept,
        cancel: (session, request) => running.cancel(session, request),
        isBeyond: (stream, event) => streams.isBeyond(stream, event),
      }),
      streams,
      eventIds: new EventIds(() => (resume ??= sealerFor('resume'))),
    };
    this.#ids = new SessionIds({ sealer: () => sealerFor('session'), audience, ttl, now });
  }

  initialize(request: JsonRpcRequest, connection: OldConnection): OldSession {
    const { protocolVersion, capabilities, clientInfo } = request.params ?? {};
    const facts: SessionFacts = {
      version: agreedOn(protocolVersion),
      declared: readCapabilities(capabilities),
      clientInfo: clientInfoOf(clientInfo),
      lists: '',
    };
    void this.#welcome(request, facts, connection);
    return this.#session({ ...facts, digest: randomId() }, new PipeQuestionIds(), new OwnMemory());
  }

  open(id: string, principal: Principal | undefined): OldSession | undefined {
    const opened = this.#ids.open(id, principal);
    if (opened === undefined) return undefined;
    this.#deps.instances.start();
    const known = this.#opened.get(opened);
    if (known !== undefined) return known;
    const session = this.#session(opened, this.#taggedIds, this.#states.of(opened.digest));
    this.#opened.set(opened, session);
    return session;
  }

  without(version: string | undefined): OldSession {
    const known = version !== undefined && OLD_VERSIONS.includes(version);
    const facts = { version: known ? version : WITHOUT_HEADER, declared: NOTHING_DECLARED };
    const nobody = { ...facts, clientInfo: undefined, lists: '', digest: '' };
    return this.#session(nobody, new PipeQuestionIds(), new OwnMemory());
  }

  /** The server closes. */
  close(): void {
    this.#deps.streams.close();
    this.#deps.instances.stop();
  }

  #session(opened: OpenedSession, ids: QuestionIds, memory: SessionMemory): OldSession {
    return new LegacySession({
      session: { ...opened, ids },
      memory,
      deps: this.#deps,
      listsDigest: (connection, sender) => this.#listsDigest(connection, sender),
    });
  }

  get #taggedIds(): QuestionIds {
    return (this.#questionIds ??= new TaggedQuestionIds(this.#options.sealerFor('question')));
  }

  /** The response to `initialize`. Never rejects. */
  async #welcome(
    { id }: JsonRpcRequest,
    facts: SessionFacts,
    connection: OldConnection,
  ): Promise<void> {
    try {
      const reply = await this.#ask(Method.discover, connection, NO_SENDER);
      const body = resultReply(id, this.#initializeResult(facts.version, reply)).body;
      const headers = connection.isPipe ? undefined : await this.#idHeader(facts, connection);
      connection.finish({ status: 200, body, headers });
    } catch (error) {
      this.#options.logger.error(`initialize failed: ${describeError(error)}`);
      connection.finish({ ...errorReply(id, internalError()), status: 200 });
    }
  }

  async #idHeader(facts: SessionFacts, connection: OldConnection): Promise<Record<string, string>> {
    const lists = await this.#listsDigest(connection, NO_SENDER);
    return { 'Mcp-Session-Id': this.#ids.seal({ ...facts, lists }, connection.principal) };
  }

  #initializeResult(protocolVersion: string, reply: Reply): string {
    const offered: unknown = JSON.parse(resultText(reply.body));
    const { capabilities, instructions } = isRecord(offered) ? offered : {};
    return writeJson({
      protocolVersion,
      capabilities: toOldServerCapabilities(isRecord(capabilities) ? capabilities : {}),
      serverInfo: this.#options.serverInfo,
      ...(instructions !== undefined && { instructions }),
    });
  }

  /** Of the lists without authors' code behind them, as far as their first page goes. */
  async #listsDigest(connection: OldConnection, sender: Sender): Promise<string> {
    const replies = await Promise.all(LISTS.map((list) => this.#ask(list, connection, sender)));
    return sha256(replies.map(({ body }) => body).join('\n')).slice(0, 12);
  }

  #ask(method: string, connection: OldConnection, sender: Sender): Promise<Reply> {
    const exchange = new InnerExchange(connection, false, () => {});
    return this.#options.dispatch(toRequest(method, {}, sender), exchange);
  }
}

/** The client's own version if it is an old one, else the newest of them (L3). */
function agreedOn(asked: unknown): string {
  return OLD_VERSIONS.find((version) => version === asked) ?? OLD_VERSIONS[0]!;
}
