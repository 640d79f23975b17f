/**
 * One request of an old client, through all its rounds: a round that asks becomes requests to the
 * client, whose answers begin the next round (L8). A lost connection cancels nothing (L12), and a
 * call whose instance is gone goes on at another (L14).
 */
import { type UnknownRecord, isRecord } from '../base/json/json.ts';
import { quote } from '../base/quote.ts';
import type { Reply } from '../protocol/dispatcher.ts';
import type { JsonRpcRequest } from '../protocol/types/jsonrpc.ts';
import type { OldConnection, OldReply, OldSlot } from '../protocol/legacy-port.ts';
import { Notification } from '../protocol/names/methods.ts';
import { resultReply, writeNotification } from '../protocol/reply.ts';
import type { InputRequests } from '../protocol/results.ts';
import { AskedQuestions, writeQuestions } from './questions/asked-questions.ts';
import type { CallOutput, OutputOwner } from './streams/call-output.ts';
import type { CallId, Continuation } from './streams/event-ids.ts';
import { InnerExchange } from './inner-exchange.ts';
import type { LegacyDeps } from './legacy-deps.ts';
import {
  BUSY,
  CLOSING,
  callFailure,
  isAboutCaller,
  oldFailure,
} from './translation/old-failure.ts';
import { type Sender, resultText, toRequest } from './translation/old-request.ts';
import { toOldResult } from './translation/old-result.ts';
import type { Cause } from './questions/open-questions.ts';
import type { QuestionIds } from './questions/question-ids.ts';
import { RisingProgress } from './rising-progress.ts';
import type { OpenedSession } from './sessions/session-id.ts';

/** The session that a call belongs to. */
export interface CallSession extends OpenedSession {
  readonly ids: QuestionIds;
}

export interface OldCallOptions {
  readonly request: JsonRpcRequest;
  readonly session: CallSession;
  readonly sender: Sender;
  readonly connection: OldConnection;
  readonly deps: LegacyDeps;
  /** What names the stream that the client can come back to. */
  readonly call: CallId;
  readonly output: (owner: OutputOwner) => CallOutput;
  /** Where the call stands, if it has begun at another instance. */
  readonly begun?: Continuation;
}

/** What the next round is dispatched with. */
interface Next {
  readonly cause: Cause;
  readonly members: UnknownRecord;
}

/** How often a client that is asked is shown that its call is alive, in ms. */
const REMIND = 15_000;

export class OldCall implements OutputOwner {
  readonly #options: OldCallOptions;
  readonly #output: CallOutput;
  readonly #slot: OldSlot;
  readonly #progress: RisingProgress;
  #round: InnerExchange | undefined;
  #asking: AskedQuestions | undefined;
  #isClosing = false;
  #isOver = false;

  constructor(options: OldCallOptions) {
    this.#options = options;
    this.#slot = options.connection.slot;
    this.#progress = new RisingProgress(options.begun?.progress);
    this.#output = options.output(this);
  }

  /** Resolves when nothing of it runs any more. Never rejects. */
  async run(): Promise<void> {
    const { connection, begun } = this.#options;
    let next: Next | undefined = { cause: connection, members: {} };
    if (begun !== undefined) next = await this.#askedElsewhere(begun);
    let isFirst = begun === undefined;
    while (next !== undefined) {
      const reply = await this.#dispatch(next);
      if (this.#isOver) return;
      const result = reply.error === undefined ? readResult(reply) : undefined;
      if (result?.['resultType'] !== 'input_required') {
        if (isFirst || !isAboutCaller(reply)) return this.#finish(reply, result);
        return void this.#fail(`${reply.error!.message}.`);
      }
      isFirst = false;
      next = await this.#ask(result, next.cause);
    }
  }

  /** The client has cancelled the request: there is no reply. */
  cancel(): void {
    this.#isOver = true;
    this.#round?.inFlight.cancel('the client cancelled it');
    this.#asking?.abandon();
    this.#output.cancel();
  }

  left(): void {
    if (this.#asking === undefined) return;
    this.#isOver = true;
    this.#asking.abandon();
    this.#output.leave();
  }

  cut(reason: string): void {
    this.#isOver = true;
    this.#round?.inFlight.cancel(reason);
    this.#asking?.abandon();
  }

  /** A round runs to its end; a person is not waited for. */
  closing(): void {
    this.#isClosing = true;
    if (this.#asking === undefined) return;
    if (this.#output.isContinued) return this.left();
    this.#asking.abandon();
    this.#fail(CLOSING);
  }

  #dispatch({ cause, members }: Next): Promise<Reply> {
    const { request, sender, connection, deps } = this.#options;
    const inner = toRequest(request.method, { ...request.params, ...members }, sender);
    const notify = (message: string): void => {
      if (!this.#isOver && this.#progress.admits(message)) this.#output.notify(message);
    };
    const onStep = (): void => this.#output.flush();
    this.#round = new InnerExchange(cause, connection.streams, notify, onStep);
    return deps.dispatch(inner, this.#round);
  }

  /** A round without questions has only come to a checkpoint: the next one begins at once. */
  async #ask(result: UnknownRecord, cause: Cause): Promise<Next | undefined> {
    const { session, deps } = this.#options;
    const { requestState, inputRequests = {} } = result;
    const questions = writeQuestions(inputRequests as InputRequests, session, session.ids);
    if (typeof questions === 'string') return this.#fail(questions);
    const until = deps.now() + deps.askTimeout;
    const asking = this.#startAsking(cause, requestState, until, {});
    if (questions.length === 0) {
      this.#output.goOn(this.#continuation(asking, requestState, until));
      return { cause, members: { inputResponses: {}, requestState } };
    }
    this.#asking = asking;
    if (asking.wait(questions)) {
      const texts = questions.map(({ text }) => text);
      this.#output.ask(texts, this.#continuation(asking, requestState, until));
    }
    if (this.#isClosing) this.closing();
    return this.#answered(asking, requestState);
  }

  /** What another instance has asked is not asked again, and what it runs is not run again. */
  async #askedElsewhere(begun: Continuation): Promise<Next | undefined> {
    const { requestState, answers, until, open, stream } = begun;
    this.#asking = this.#startAsking(this.#options.connection, requestState, until, answers);
    if (this.#asking.wait(open)) this.#asking.takeKept(this.#options.connection);
    this.#options.deps.instances.wanted(this.#asking.open.map(({ id }) => id));
    const next = await this.#answered(this.#asking, requestState);
    const { instances } = this.#options.deps;
    const isElsewhere = next && (await instances.isRunningElsewhere(stream, this.#output.position));
    if (this.#isOver) return undefined;
    if (!isElsewhere) return next;
    this.#isOver = true;
    this.#output.leave();
    return undefined;
  }

  #startAsking(
    { principal }: Cause,
    requestState: unknown,
    until: number,
    answers: UnknownRecord,
  ): AskedQuestions {
    const { session, deps } = this.#options;
    const { questions: open, kept, instances, logger, now } = deps;
    const asked = { session: session.digest, principal };
    const options = {
      asked,
      open,
      kept,
      timeout: until - now(),
      onTaken: (id: string, response: UnknownRecord) => instances.took(id, asked, response),
      onAnswer: (asking: AskedQuestions) =>
        this.#output.goOn(this.#continuation(asking, requestState, until)),
      remind: (message: string) => this.#output.remind(message),
      warn: (message: string) => logger.warn(`${this.#name}: ${message}`),
    };
    return new AskedQuestions(options, answers);
  }

  /** While only a person is awaited, the call has no slot. */
  async #answered(asking: AskedQuestions, requestState: unknown): Promise<Next | undefined> {
    this.#slot.pause();
    const stopReminding = this.#startReminding();
    const end = await asking.ended;
    stopReminding?.();
    this.#asking = undefined;
    if (this.#isOver || end.type === 'abandoned') return undefined;
    if (end.type === 'failed') return this.#fail(end.message);
    const hasSlot = await this.#slot.take(this.#options.deps.roundTimeout);
    if (this.#isOver) return undefined;
    if (!hasSlot) return this.#fail(BUSY);
    return { cause: end.cause, members: { inputResponses: end.answers, requestState } };
  }

  /** For clients that give up a call of which they hear nothing. */
  #startReminding(): (() => void) | undefined {
    const meta = this.#options.request.params?.['_meta'];
    const progressToken = isRecord(meta) ? meta['progressToken'] : undefined;
    if (progressToken === undefined) return undefined;
    const reminding = setInterval(() => {
      const progress = this.#progress.next();
      this.#output.remind(writeNotification(Notification.progress, { progressToken, progress }));
    }, REMIND);
    reminding.unref?.();
    return () => clearInterval(reminding);
  }

  #continuation(asking: AskedQuestions, requestState: unknown, until: number): Continuation {
    const { request, call } = this.#options;
    return {
      stream: call.stream,
      requestId: request.id,
      method: request.method,
      params: request.params ?? {},
      requestState,
      open: asking.open.map(({ id, key, method }) => ({ id, key, method })),
      answers: asking.answers,
      progress: this.#progress.last,
      until,
    };
  }

  #finish(reply: Reply, result: UnknownRecord | undefined): void {
    const { request, session, deps } = this.#options;
    const { id, method, params } = request;
    if (reply.error !== undefined) return this.#reply(oldFailure(id, method, reply.error, reply));
    const isWrapped = (): boolean => deps.isWrapped(String(params?.['name']));
    this.#reply(resultReply(id, toOldResult(method, result!, session.version, isWrapped)));
  }

  #fail(message: string): undefined {
    const { id, method } = this.#options.request;
    this.#reply(callFailure(id, method, message));
  }

  #reply(reply: OldReply): void {
    this.#isOver = true;
    this.#output.finish(reply);
  }

  get #name(): string {
    const { method, params } = this.#options.request;
    const target = params?.['name'] ?? params?.['uri'];
    return typeof target === 'string' ? `${method} ${quote(target)}` : method;
  }
}

function readResult({ body }: Reply): UnknownRecord {
  const result: unknown = JSON.parse(resultText(body));
  return isRecord(result) ? result : {};
}
