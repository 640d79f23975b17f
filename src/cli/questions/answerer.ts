/** Answers a server's questions: from a file, or by asking the user at the terminal. */
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
}

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
