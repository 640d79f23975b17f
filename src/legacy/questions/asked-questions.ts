/** The questions of one round, while a client is asked (L8 to L10). */
import type { UnknownRecord } from '../../base/json/json.ts';
import { Notification } from '../../protocol/names/methods.ts';
import { writeNotification } from '../../protocol/reply.ts';
import type { InputRequests } from '../../protocol/results.ts';
import type { OpenQuestion } from '../streams/event-ids.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { NOBODY_ANSWERED, TOO_MANY_QUESTIONS } from '../translation/old-failure.ts';
import { toAnswer, toOldQuestion } from './old-question.ts';
import type { Asked, Cause, OpenQuestions } from './open-questions.ts';
import type { QuestionIds } from './question-ids.ts';
import type { SessionFacts } from '../sessions/session-id.ts';

/** What became of the questions of a round. */
export type AskingEnd =
  | {
      readonly type: 'answered';
      readonly answers: UnknownRecord;
      /** What brought the last answer. */
      readonly cause: Cause;
    }
  /** The call fails, for this reason. */
  | { readonly type: 'failed'; readonly message: string }
  /** Nobody waits here any more. */
  | { readonly type: 'abandoned' };

export interface AskingOptions {
  readonly asked: Asked;
  readonly open: OpenQuestions;
  readonly kept: KeptAnswers;
  /** How long a person may take from now on, in ms. */
  readonly timeout: number;
  /** Called with each answer that is taken. */
  readonly onTaken: (id: string, response: UnknownRecord) => void;
  /** Called after each answer, before anything is done with it. */
  readonly onAnswer: (asking: AskedQuestions) => void;
  /** Sends to the client beside the questions. */
  readonly remind: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** A question, and the request that asks it, as text. */
export interface WrittenQuestion extends OpenQuestion {
  readonly text: string;
}

/** The questions as an old client can be asked them; otherwise the sentence that says why not. */
export function writeQuestions(
  requests: InputRequests,
  session: SessionFacts & { readonly digest: string },
  ids: QuestionIds,
): readonly WrittenQuestion[] | string {
  const written: WrittenQuestion[] = [];
  for (const [key, request] of Object.entries(requests)) {
    const { method } = request;
    const id = ids.next(session.digest);
    const text = toOldQuestion(id, request, session);
    if (text === undefined) return `The client's version of MCP has no ${method} of this kind.`;
    written.push({ id, key, method, text });
  }
  return written;
}

export class AskedQuestions {
  readonly ended: Promise<AskingEnd>;
  readonly #options: AskingOptions;
  readonly #open = new Map<string, OpenQuestion>();
  readonly #answers: UnknownRecord;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #end!: (end: AskingEnd) => void;

  /** @param answers those that have come already */
  constructor(options: AskingOptions, answers: UnknownRecord = {}) {
    this.#options = options;
    this.#answers = { ...answers };
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** The questions without an answer. */
  get open(): readonly OpenQuestion[] {
    return [...this.#open.values()];
  }

  get answers(): UnknownRecord {
    return { ...this.#answers };
  }

  /** Waits for answers from now on; `false` if there are too many questions already. */
  wait(questions: readonly OpenQuestion[]): boolean {
    const { open, asked, timeout } = this.#options;
    if (!open.hasRoom(asked, questions.length)) {
      this.#settle({ type: 'failed', message: TOO_MANY_QUESTIONS });
      return false;
    }
    this.#timer = setTimeout(() => this.#fail(NOBODY_ANSWERED), Math.max(timeout, 0));
    this.#timer.unref?.();
    for (const question of questions) {
      this.#open.set(question.id, question);
      open.open(question.id, asked, (response, cause) => this.#answered(question, response, cause));
    }
    return true;
  }

  /**
   * Takes the answers that have come before they were waited for here.
   *
   * @param cause what has come for them
   */
  takeKept(cause: Cause): void {
    const { kept, asked } = this.#options;
    for (const question of this.open) {
      const response = kept.take(question.id, asked);
      if (response !== undefined) this.#answered(question, response, cause);
    }
    if (this.#open.size === 0) this.#complete(cause);
  }

  /** Nobody waits for the answers any more. */
  abandon(): void {
    this.#settle({ type: 'abandoned' });
  }

  #answered({ id, key, method }: OpenQuestion, response: UnknownRecord, cause: Cause): void {
    this.#open.delete(id);
    this.#options.open.close(id);
    this.#options.onTaken(id, response);
    const read = toAnswer(method, response);
    if ('refused' in read) return this.#fail(read.refused);
    if (read.problem !== undefined) {
      this.#options.warn(`A client answered ${method} with ${read.problem}`);
    }
    this.#answers[key] = read.answer;
    this.#options.onAnswer(this);
    if (this.#open.size === 0) this.#complete(cause);
  }

  #complete(cause: Cause): void {
    this.#settle({ type: 'answered', answers: this.#answers, cause });
  }

  /** What is still open is withdrawn: the client need not ask its user any more. */
  #fail(reason: string): void {
    for (const requestId of this.#open.keys()) {
      this.#options.remind(writeNotification(Notification.cancelled, { requestId, reason }));
    }
    this.#settle({ type: 'failed', message: reason });
  }

  #settle(end: AskingEnd): void {
    clearTimeout(this.#timer);
    for (const id of this.#open.keys()) this.#options.open.close(id);
    this.#open.clear();
    this.#end(end);
  }
}
