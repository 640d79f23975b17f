/** Turns the answers of a test into responses to send. */
import { exposedRoots } from '../client/flows/exposed-roots.ts';
import { completeForm } from '../client/flows/form-answer.ts';
import type { FormValue } from '../protocol/types/elicitation.ts';
import { isRecord } from '../base/json/json.ts';
import type { InputResponse } from '../protocol/results.ts';
import type { CreateMessageResult, Root } from '../protocol/types/sampling.ts';
import type { Question } from './question.ts';

/**
 * An answer, by the kind of its question. For a form its fields, or a boolean for `ctx.confirm`;
 * for a URL nothing; for sampling the model's text, or its whole message; for roots a list of them.
 */
export type Answer =
  Record<string, FormValue> | boolean | string | CreateMessageResult | readonly Root[] | undefined;

/**
 * The response that a correct client sends: forms have their defaults, and are checked.
 *
 * @throws Error if the answer is not for that kind of question, or does not fit its form
 */
export async function responseTo(question: Question, answer: Answer): Promise<InputResponse> {
  const response = await RESPONSES[question.kind](question, answer);
  if (response !== undefined) return response;
  throw new Error(`'${question.key}' is answered with ${WANTED[question.kind]}.`);
}

/** A refusal. @throws Error for a kind of question that cannot be refused */
export function refusalOf(question: Question, action: 'decline' | 'cancel'): InputResponse {
  if (question.kind === 'form' || question.kind === 'url') return { action };
  throw new Error(`'${question.key}' is of kind ${question.kind}, which cannot be refused.`);
}

/**
 * `answer` unchanged: the content of an accepted form, or the whole response to other questions.
 */
export function uncheckedResponse(question: Question, answer: unknown): InputResponse {
  const response = question.kind === 'form' ? { action: 'accept', content: answer } : answer;
  return response as InputResponse;
}

const WANTED: Record<Question['kind'], string> = {
  form: 'the fields of its form, or with true or false where it is to be confirmed',
  url: 'nothing: it is a page to be opened',
  sample: "the model's text, or its whole message",
  roots: 'a list of roots, each { uri }',
};

type Respond = (
  question: Question,
  answer: Answer,
) => InputResponse | undefined | Promise<InputResponse | undefined>;

const RESPONSES: Record<Question['kind'], Respond> = {
  async form(question, answer = {}) {
    const content = typeof answer === 'boolean' ? { confirm: answer } : answer;
    return isRecord(content) ? fillIn(question, content as Record<string, FormValue>) : undefined;
  },
  url: (_question, answer) => (answer === undefined ? { action: 'accept' } : undefined),
  sample(_question, answer) {
    if (isRecord(answer)) return answer as unknown as CreateMessageResult;
    if (typeof answer !== 'string') return undefined;
    return { role: 'assistant', content: { type: 'text', text: answer }, model: 'test' };
  },
  roots: (_question, answer) =>
    Array.isArray(answer) ? { roots: exposedRoots(answer as Root[]) } : undefined,
};

async function fillIn(
  { key, schema }: Question,
  answer: Record<string, FormValue>,
): Promise<InputResponse> {
  try {
    return { action: 'accept', content: await completeForm(key, schema!, answer) };
  } catch (cause) {
    const message = `${(cause as Error).message} To send it anyway, use answerWrongly().`;
    throw new Error(message, { cause });
  }
}
