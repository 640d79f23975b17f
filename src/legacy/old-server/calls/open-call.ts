/** A call of the old protocol, which stays open while its questions are answered (L19). */
import { abortable } from '../../../base/abortable.ts';
import type { JsonRpcRequest, RequestId } from '../../../protocol/types/jsonrpc.ts';
import { Notification } from '../../../protocol/names/methods.ts';
import type { InputRequest, InputRequests } from '../../../protocol/results.ts';
import type { Received } from '../../../protocol/transport.ts';
import { readQuestion, toOldAnswer } from '../questions/server-questions.ts';
import type { Round } from './round.ts';
import type { ServerSession } from '../sessions/session.ts';
import { fromOldResponse, serverInfo, toOldRequest } from './translate.ts';
import type { FromServerBeside } from '../wires/wire.ts';
import { disclosed } from '../questions/refusals.ts';

/** Questions that come within this time, in ms, make one round. */
const GATHERING = 20;

/** Most questions that wait for an answer at once. */
const MAX_QUESTIONS = 256;

/** A question of the server, by the id of its request. */
interface Question {
  readonly id: RequestId;
  readonly request: InputRequest;
}

/** What is left of a call when it is over. */
type End = { readonly response: Received } | { readonly error: unknown };

export class OpenCall {
  readonly session: ServerSession;
  readonly id: RequestId;
  /** What the client brings back with its answers. */
  readonly state: string = globalThis.crypto.randomUUID();
  readonly #abort = new AbortController();
  readonly #questions = new Map<string, Question>();
  readonly #onOther: (message: FromServerBeside) => void;
  #asked = 0;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #isGathered = false;
  #end: End | undefined;
  #round: Round | undefined;
  #wake: () => void = () => {};

  /** @param onOther gets what belongs to the session and not to this call */
  constructor(session: ServerSession, first: Round, onOther: (message: FromServerBeside) => void) {
    this.session = session;
    this.id = session.nextId();
    this.#onOther = onOther;
    const options = {
      signal: this.#abort.signal,
      onMessage: (message: FromServerBeside) => this.#take(message),
    };
    this.#round = first;
    session.request(toOldRequest(first.message, this.id), options).then(
      (response) => this.#over({ response }),
      (error) => this.#over({ error }),
    );
  }

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** Whether it waits for the client, and not the client for it. */
  get isWaiting(): boolean {
    return this.#round === undefined;
  }

  /**
   * Sends the answers that a round brings, and resolves with what the round ends with. The call is
   * cancelled with its round.
   *
   * @throws what the request or an answer fails with; the signal's reason
   */
  async serve(round: Round): Promise<Received> {
    this.#round = round;
    const { signal } = round;
    try {
      return await abortable(this.#serve(round), signal, () => signal.reason);
    } catch (error) {
      if (signal.aborted) this.cancel();
      throw error;
    } finally {
      if (this.#round === round) this.#round = undefined;
    }
  }

  /** Takes a question that may be this call's. Never throws. */
  ask(request: JsonRpcRequest): void {
    const { session } = this;
    try {
      const question = readQuestion(request, session.client.capabilities);
      if (this.#questions.size >= MAX_QUESTIONS) throw new Error('Too many questions');
      this.#questions.set(`question${++this.#asked}`, { id: request.id, request: question });
      this.#gathering ??= setTimeout(() => this.#gathered(), GATHERING);
    } catch (error) {
      void session.refuse(request.id, disclosed(error));
    }
  }

  /** The server does not want an answer any more. */
  withdraw(id: unknown): void {
    for (const [key, question] of this.#questions) {
      if (question.id === id) this.#questions.delete(key);
    }
  }

  /** Passes a notification on to the round that is under way. */
  notify(message: FromServerBeside & { type: 'notification' }): void {
    const { notification } = message;
    const { method, params } = notification;
    if (method === Notification.progress && params?.['progressToken'] !== this.id) return;
    this.#round?.onNotification(notification);
  }

  /** Ends it: nobody waits for it any more. */
  cancel(): void {
    clearTimeout(this.#gathering);
    this.#abort.abort();
  }

  async #serve(round: Round): Promise<Received> {
    await this.#answer(round);
    for (;;) {
      if (this.#end !== undefined) return this.#ended(this.#end, round);
      if (this.#isGathered && this.#questions.size > 0) return this.#inputRequired(round);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** An answer counts once; if it does not arrive, the round can bring it again. */
  async #answer({ message, signal }: Round): Promise<void> {
    const answers = new Map(Object.entries(message.params?.['inputResponses'] ?? {}));
    for (const [key, { id, request }] of this.#questions) {
      const answer: unknown = answers.get(key);
      if (answer === undefined || this.isOver) continue;
      const old = toOldAnswer(request, answer as object);
      await this.session.answer(id, old, signal);
      this.#questions.delete(key);
    }
    if (this.#questions.size === 0) this.#isGathered = false;
  }

  #ended(end: End, round: Round): Received {
    if ('error' in end) throw end.error;
    return fromOldResponse(round.message, end.response, this.session.offered);
  }

  #inputRequired({ message }: Round): Received {
    const asked = [...this.#questions].map(([key, { request }]) => [key, request] as const);
    const result = {
      resultType: 'input_required',
      inputRequests: Object.fromEntries(asked) satisfies InputRequests,
      requestState: this.state,
      _meta: serverInfo(this.session.offered),
    };
    return { jsonrpc: '2.0', id: message.id, result };
  }

  #take(message: FromServerBeside): void {
    if (message.type === 'request' && message.request.method !== 'ping') {
      return this.ask(message.request);
    }
    if (message.type === 'notification') {
      const { method, params } = message.notification;
      if (method === Notification.cancelled) return this.withdraw(params?.['requestId']);
      if (method === Notification.progress || method === Notification.message) {
        return this.notify(message);
      }
    }
    this.#onOther(message);
  }

  #gathered(): void {
    this.#gathering = undefined;
    this.#isGathered = true;
    this.#wake();
  }

  #over(end: End): void {
    clearTimeout(this.#gathering);
    this.#end = end;
    this.#wake();
  }
}
