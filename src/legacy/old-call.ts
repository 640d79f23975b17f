/**
 * One request of an old client, through all its rounds: a round that asks becomes requests to the
 * client, whose answers begin the next round (L8). A lost connection cancels nothing (L12).
 */
import { type UnknownRecord, isRecord } from '../base/json.ts';
import { quote } from '../base/quote.ts';
import type { Reply } from '../protocol/dispatcher.ts';
import type { JsonRpcRequest } from '../protocol/jsonrpc.ts';
import type { OldConnection, OldReply } from '../protocol/legacy-port.ts';
import { resultReply } from '../protocol/reply.ts';
import type { InputRequests } from '../protocol/results.ts';
import { AskedQuestions } from './asked-questions.ts';
import { InnerExchange } from './inner-exchange.ts';
import type { LegacyDeps } from './legacy-deps.ts';
import { callFailure, oldFailure } from './old-failure.ts';
import { type Sender, resultText, toRequest } from './old-request.ts';
import { toOldResult } from './old-result.ts';
import type { QuestionIds } from './question-ids.ts';
import { RisingProgress } from './rising-progress.ts';
import type { OpenedSession } from './session-id.ts';

/** The session that a call belongs to. */
export interface CallSession extends OpenedSession {
  readonly ids: QuestionIds;
}

/** How long a call waits for answers after its connection was lost, in ms. */
const PATIENCE = 60_000;

const NO_ANSWERS: UnknownRecord = {};

export class OldCall {
  readonly #request: JsonRpcRequest;
  readonly #session: CallSession;
  readonly #sender: Sender;
  readonly #connection: OldConnection;
  readonly #deps: LegacyDeps;
  readonly #progress = new RisingProgress();
  #round: InnerExchange | undefined;
  #asking: AskedQuestions | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(
    request: JsonRpcRequest,
    session: CallSession,
    sender: Sender,
    connection: OldConnection,
    deps: LegacyDeps,
  ) {
    this.#request = request;
    this.#session = session;
    this.#sender = sender;
    this.#connection = connection;
    this.#deps = deps;
    connection.inFlight.start({
      cancel: (reason) => this.#lost(reason),
      conclude: () => this.#closing(),
    });
  }

  /** Resolves when nothing of it runs any more. Never rejects. */
  async run(): Promise<void> {
    let cause = this.#connection;
    let answered = NO_ANSWERS;
    for (;;) {
      const reply = await this.#dispatch(answered, cause);
      if (this.#isOver) return;
      const result = reply.error === undefined ? readResult(reply) : undefined;
      if (result?.['resultType'] !== 'input_required') return this.#finish(reply, result);
      const requests = (result['inputRequests'] ?? {}) as InputRequests;
      const end = await this.#ask(requests, cause);
      if (end.type === 'abandoned') return this.#over();
      if (end.type === 'failed') return this.#fail(end.message);
      cause = end.cause;
      answered = { inputResponses: end.answers, requestState: result['requestState'] };
    }
  }

  /** The client has cancelled the request: there is no reply. */
  cancel(): void {
    this.#over();
    this.#round?.inFlight.cancel('the client cancelled it');
    this.#asking?.abandon();
    this.#connection.end();
  }

  #dispatch(answered: UnknownRecord, cause: OldConnection): Promise<Reply> {
    const { method, params } = this.#request;
    const request = toRequest(method, params, this.#sender);
    this.#round = new InnerExchange(cause, this.#connection.streams, (message) => {
      if (!this.#isOver && this.#progress.admits(message)) this.#connection.notify(message);
    });
    return this.#deps.dispatch(
      { ...request, params: { ...request.params, ...answered } },
      this.#round,
    );
  }

  /** A round without questions has only come to a checkpoint: the next one begins at once. */
  async #ask(requests: InputRequests, cause: OldConnection): Promise<AskingEnd> {
    if (Object.keys(requests).length === 0) return { type: 'answered', answers: {}, cause };
    const { questions: open, askTimeout: timeout, logger } = this.#deps;
    this.#asking = new AskedQuestions({
      open,
      ids: this.#session.ids,
      timeout,
      send: (message) => this.#connection.send(message),
      warn: (message) => logger.warn(`${this.#name}: ${message}`),
    });
    const asked = { session: this.#session.digest, principal: cause.principal };
    this.#asking.ask(requests, asked, this.#session);
    return this.#asking.ended;
  }

  #finish(reply: Reply, result: UnknownRecord | undefined): void {
    const { id, method, params } = this.#request;
    if (reply.error !== undefined) return this.#reply(oldFailure(id, method, reply.error, reply));
    const isWrapped = (): boolean => this.#deps.isWrapped(String(params?.['name']));
    this.#reply(resultReply(id, toOldResult(method, result!, this.#session.version, isWrapped)));
  }

  #fail(message: string): void {
    this.#reply(callFailure(this.#request.id, this.#request.method, message));
  }

  #reply(reply: OldReply): void {
    this.#over();
    this.#connection.finish(reply);
  }

  #over(): void {
    this.#isOver = true;
    clearTimeout(this.#patience);
    this.#connection.inFlight.done();
  }

  /** The connection is gone. The round runs to its end; answers are waited for a while. */
  #lost(reason: string): void {
    if (this.#connection.isPipe) this.#round?.inFlight.cancel(reason);
    this.#patience = setTimeout(() => this.#asking?.abandon(), PATIENCE);
  }

  /** The server closes: nobody is waited for. */
  #closing(): void {
    this.#asking?.abandon();
  }

  get #name(): string {
    const { method, params } = this.#request;
    const target = params?.['name'] ?? params?.['uri'];
    return typeof target === 'string' ? `${method} ${quote(target)}` : method;
  }
}

type AskingEnd = Awaited<AskedQuestions['ended']>;

function readResult({ body }: Reply): UnknownRecord {
  const result: unknown = JSON.parse(resultText(body));
  return isRecord(result) ? result : {};
}
