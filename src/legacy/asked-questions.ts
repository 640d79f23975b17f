/** The questions of one round, while a client is asked (L8 to L10). */
import type { UnknownRecord } from '../base/json.ts';
import type { OldConnection } from '../protocol/legacy-port.ts';
import { Notification } from '../protocol/methods.ts';
import { writeNotification } from '../protocol/reply.ts';
import type { InputRequest, InputRequests } from '../protocol/results.ts';
import { NOBODY_ANSWERED, TOO_MANY_QUESTIONS } from './old-failure.ts';
import { type OldAnswer, toAnswer, toOldQuestion } from './old-question.ts';
import type { Asked, OpenQuestions } from './open-questions.ts';
import type { QuestionIds } from './question-ids.ts';
import type { SessionFacts } from './session-id.ts';

/** What became of the questions of a round. */
export type AskingEnd =
  | {
      readonly type: 'answered';
      readonly answers: UnknownRecord;
      /** The request that brought the last answer. */
      readonly cause: OldConnection;
    }
  /** The call fails, for this reason. */
  | { readonly type: 'failed'; readonly message: string }
  /** The call is given up; nobody waits for its reply. */
  | { readonly type: 'abandoned' };

export interface AskingDeps {
  readonly open: OpenQuestions;
  readonly ids: QuestionIds;
  /** How long a person may take, in ms. */
  readonly timeout: number;
  readonly send: (message: string) => void;
  readonly warn: (message: string) => void;
}

interface Question {
  readonly key: string;
  readonly id: string;
  readonly request: InputRequest;
  readonly text: string;
}

export class AskedQuestions {
  readonly ended: Promise<AskingEnd>;
  readonly #deps: AskingDeps;
  readonly #waiting = new Map<string, Question>();
  readonly #answers: UnknownRecord = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #end!: (end: AskingEnd) => void;

  constructor(deps: AskingDeps) {
    this.#deps = deps;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Sends all questions at once. */
  ask(requests: InputRequests, asked: Asked, facts: SessionFacts): void {
    const questions = this.#written(requests, asked, facts);
    if (questions === undefined) return;
    if (!this.#deps.open.hasRoom(asked, questions.length)) return this.#fail(TOO_MANY_QUESTIONS);
    this.#timer = setTimeout(() => this.#timedOut(), this.#deps.timeout);
    for (const question of questions) {
      this.#waiting.set(question.id, question);
      this.#deps.open.open(question.id, asked, (response, cause) =>
        this.#answered(question, toAnswer(question.request.method, response), cause),
      );
    }
    for (const { text } of questions) this.#deps.send(text);
  }

  /** Nobody waits for the answers any more. */
  abandon(): void {
    this.#settle({ type: 'abandoned' });
  }

  #written(requests: InputRequests, asked: Asked, facts: SessionFacts): Question[] | undefined {
    const questions: Question[] = [];
    for (const [key, request] of Object.entries(requests)) {
      const id = this.#deps.ids.next(asked.session);
      const text = toOldQuestion(id, request, facts);
      if (text === undefined) {
        this.#fail(`The client's version of MCP has no ${request.method} of this kind.`);
        return undefined;
      }
      questions.push({ key, id, request, text });
    }
    return questions;
  }

  #answered({ id, key, request }: Question, read: OldAnswer, cause: OldConnection): void {
    this.#waiting.delete(id);
    if ('refused' in read) return this.#fail(read.refused);
    if (read.problem !== undefined) {
      this.#deps.warn(`A client answered ${request.method} with ${read.problem}`);
    }
    this.#answers[key] = read.answer;
    if (this.#waiting.size > 0) return;
    this.#settle({ type: 'answered', answers: this.#answers, cause });
  }

  #timedOut(): void {
    this.#fail(NOBODY_ANSWERED);
  }

  /** What is still open is withdrawn: the client need not ask its user any more. */
  #fail(message: string): void {
    for (const requestId of this.#waiting.keys()) {
      this.#deps.send(writeNotification(Notification.cancelled, { requestId, reason: message }));
    }
    this.#settle({ type: 'failed', message });
  }

  #settle(end: AskingEnd): void {
    clearTimeout(this.#timer);
    for (const id of this.#waiting.keys()) this.#deps.open.close(id);
    this.#waiting.clear();
    this.#end(end);
  }
}
