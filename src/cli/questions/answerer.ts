/** Answers a server's questions: from a file, or by asking the user at the terminal. */
import type { FormValue } from '../../protocol/types/elicitation.ts';
import type {
  FormAnswer,
  FormQuestion,
  QuestionContext,
  UrlAnswer,
  UrlQuestion,
} from '../../client/flows/handlers.ts';

/** A question, its number in the round, and the server that asks. */
export interface AskedQuestion extends QuestionContext {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** The address of the server. (Its own name, which is not verified, is in `server`.) */
  readonly where: string;
  /** What was filled in before the user stopped in the middle of the form. */
  readonly draft?: Draft;
  /** Is called with what is filled in so far, after each field. */
  readonly onDraft?: (draft: Draft) => void;
}

/** The content of a form that is not complete. */
export type Draft = Readonly<Record<string, FormValue>>;

export interface Answerer {
  /** Whether the question under `key` will get an answer. */
  canAnswer(key: string): boolean;
  form(question: FormQuestion, asked: AskedQuestion): Promise<FormAnswer>;
  url(question: UrlQuestion, asked: AskedQuestion): Promise<UrlAnswer>;
}

/** The answerer without a terminal and without a file: it answers nothing. */
export const nobody: Answerer = {
  canAnswer: () => false,
  form: async () => ({ action: 'cancel', reason: 'headless' }),
  url: async () => ({ action: 'cancel', reason: 'headless' }),
};

/** Asks `first` if it can answer a question, and `second` if not. */
export function inTurn(first: Answerer, second: Answerer): Answerer {
  const forKey = (key: string): Answerer => (first.canAnswer(key) ? first : second);
  return {
    canAnswer: (key) => forKey(key).canAnswer(key),
    form: (question, asked) => forKey(asked.key).form(question, asked),
    url: (question, asked) => forKey(asked.key).url(question, asked),
  };
}
