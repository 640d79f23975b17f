/** Answers that were written down before: `--answers file.json`. */
import { readFileSync } from 'node:fs';
import type { FormAnswer, FormQuestion, UrlAnswer } from '../../client/flows/handlers.ts';
import type { FormValue } from '../../protocol/types/elicitation.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { jsonNumberProblem } from '../exact-number.ts';
import { UsageError } from '../failure.ts';
import { cleanLine } from '../terminal/clean.ts';
import type { Status } from '../terminal/status.ts';
import type { Answerer } from './answerer.ts';
import { why } from '../system-words.ts';

type Written =
  | { readonly action: 'accept'; readonly content: Record<string, FormValue> | boolean }
  | { readonly action: 'decline' | 'cancel' };

/** @throws UsageError if the file cannot be read, or an answer in it is invalid */
export function answersFrom(path: string, status: Status): Answerer {
  const answers = new Map(
    Object.entries(readAnswers(path)).map(([key, given]) => [key, parse(key, given)]),
  );
  const answerTo = (key: string): Written => answers.get(key) ?? { action: 'cancel' };
  return {
    canAnswer: (key) => answers.has(key),
    form: async (question, { key }): Promise<FormAnswer> => formAnswer(question, answerTo(key)),
    url: async ({ url }, { key }): Promise<UrlAnswer> => {
      const answer = answerTo(key);
      const { action } = answer;
      if (hasContent(answer)) {
        throw new UsageError(
          `--answers: '${cleanLine(key)}' is a page: "accept", "decline" or "cancel".`,
        );
      }
      // There is no user to look at the page, so the URL is only printed.
      if (action === 'accept') status.show(`To be opened for '${cleanLine(key)}': ${url.href}`);
      return { action };
    },
  };
}

function formAnswer({ requestedSchema }: FormQuestion, answer: Written): FormAnswer {
  if (answer.action !== 'accept' || typeof answer.content !== 'boolean')
    return answer as FormAnswer;
  const [name = 'confirm', ...others] = Object.keys(requestedSchema.properties ?? {});
  const content = { [others.length === 0 ? name : 'confirm']: answer.content };
  return { action: 'accept', content };
}

/** The content of a form is not consent to open a page. */
function hasContent(answer: Written): boolean {
  if (answer.action !== 'accept') return false;
  return typeof answer.content === 'boolean' || Object.keys(answer.content).length > 0;
}

function readAnswers(path: string): UnknownRecord {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.trim() === '') throw new Error('it is empty');
    const value: unknown = JSON.parse(text);
    const lost = jsonNumberProblem(text);
    if (lost !== undefined) throw new Error(lost);
    if (isRecord(value)) return value;
  } catch (error) {
    throw new UsageError(`--answers ${path} cannot be read: ${why(error)}.`);
  }
  throw new UsageError(`--answers ${path}: it has to be an object with the questions' keys.`);
}

/**
 * An answer is an action as a string or as an object, or only the content of a form; for a form with one
 * yes or no, as `ctx.confirm` asks it, also that.
 */
function parse(key: string, given: unknown): Written {
  if (typeof given === 'boolean') return { action: 'accept', content: given };
  if (given === 'decline' || given === 'cancel') return { action: given };
  if (given === 'accept') return { action: 'accept', content: {} };
  if (!isRecord(given)) {
    throw new UsageError(
      `--answers: the answer to the question '${cleanLine(key)}' has to be the form's content as an object, true or false, or "accept", "decline" or "cancel".`,
    );
  }
  const { action, content = {}, ...others } = given;
  const isAction = action === 'accept' || action === 'decline' || action === 'cancel';
  if (!isAction || !isRecord(content) || Object.keys(others).length > 0) {
    return { action: 'accept', content: given as Record<string, FormValue> };
  }
  return action === 'accept'
    ? { action, content: content as Record<string, FormValue> }
    : { action };
}
