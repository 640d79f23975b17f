/** Questions that belong to no call, or to one of several: nobody can say to which (L19). */
import type { Logger } from '../../../base/logging/logger.ts';
import { shownMessage } from '../../../base/shown-text.ts';
import type { JsonRpcRequest, RequestId } from '../../../protocol/types/jsonrpc.ts';
import type { Implementation, InputRequest, InputResponse } from '../../../protocol/results.ts';
import { methodNotFound } from '../../../protocol/rpc-error.ts';
import { readQuestion, toOldAnswer } from './server-questions.ts';
import { disclosed } from './refusals.ts';
import type { ServerSession } from '../sessions/session.ts';

/** Most that are answered at once. */
const MAX_OPEN = 100;

/** Answers a question that belongs to no call in particular. */
export type AnswerQuestion = (
  question: InputRequest,
  server: Implementation | undefined,
  signal: AbortSignal,
) => Promise<InputResponse>;

export class StrayQuestions {
  readonly #answerQuestion: AnswerQuestion | undefined;
  readonly #logger: Logger;
  readonly #open = new Map<RequestId, AbortController>();

  constructor(answerQuestion: AnswerQuestion | undefined, logger: Logger) {
    this.#answerQuestion = answerQuestion;
    this.#logger = logger;
  }

  /** Answers a question through the client's handlers, or refuses it. Never throws. */
  answer(session: ServerSession, request: JsonRpcRequest): void {
    const { id, method } = request;
    const failed = (error: unknown): Promise<void> => session.refuse(id, disclosed(error));
    if (this.#answerQuestion === undefined || !this.#hasRoomFor(id)) {
      void failed(methodNotFound(method));
      return;
    }
    const abort = new AbortController();
    this.#open.set(id, abort);
    this.#ask(session, request, abort.signal)
      .catch((error: unknown) => {
        this.#logger.warn(`A question of the server was not answered: ${shownMessage(error)}`);
        return failed(error);
      })
      .finally(() => this.#open.delete(id));
  }

  /** Whether one more may be answered, and none with this id is: it could not be told from that one. */
  #hasRoomFor(id: RequestId): boolean {
    return this.#open.size < MAX_OPEN && !this.#open.has(id);
  }

  /** The server does not want an answer any more. */
  withdraw(id: unknown): void {
    this.#open.get(id as RequestId)?.abort();
  }

  close(): void {
    for (const abort of this.#open.values()) abort.abort();
  }

  async #ask(session: ServerSession, request: JsonRpcRequest, signal: AbortSignal): Promise<void> {
    const { info } = session.offered;
    const question = readQuestion(request, session.client.capabilities);
    const answer = await this.#answerQuestion!(question, info, signal);
    signal.throwIfAborted();
    await session.answer(request.id, toOldAnswer(question, answer), signal);
  }
}
