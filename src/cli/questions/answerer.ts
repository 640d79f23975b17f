/** Whoever answers a server's questions: a file, or the person at the terminal. */
import type {
  FormAnswer,
  FormQuestion,
  QuestionContext,
  UrlAnswer,
  UrlQuestion,
} from '../../client/flows/handlers.ts';

/** A question's place in its round, and who asks it. */
export interface AskedQuestion extends QuestionContext {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** Where the server is; what it says of itself is in `server`. */
  readonly where: string;
}

export interface Answerer {
  /** Whether the question under `key` will get an answer. */
  canAnswer(key: string): boolean;
  form(question: FormQuestion, asked: AskedQuestion): Promise<FormAnswer>;
  url(question: UrlQuestion, asked: AskedQuestion): Promise<UrlAnswer>;
}

/** For where there is neither a terminal nor a file. */
export const nobody: Answerer = {
  canAnswer: () => false,
  form: async () => ({ action: 'cancel', reason: 'headless' }),
  url: async () => ({ action: 'cancel', reason: 'headless' }),
};

/** Questions go to `first` if it can answer them, and to `second` if not. */
export function inTurn(first: Answerer, second: Answerer): Answerer {
  const forKey = (key: string): Answerer => (first.canAnswer(key) ? first : second);
  return {
    canAnswer: (key) => forKey(key).canAnswer(key),
    form: (question, asked) => forKey(asked.key).form(question, asked),
    url: (question, asked) => forKey(asked.key).url(question, asked),
  };
}
