/** Answers that were written down before: `--answers file.json`. */
import { readFileSync } from 'node:fs';
import type { FormAnswer, UrlAnswer } from '../../client/flows/handlers.ts';
import type { FormValue } from '../../protocol/elicitation.ts';
import { type UnknownRecord, isRecord } from '../../base/json.ts';
import { UsageError } from '../failure.ts';
import { cleanLine } from '../terminal/clean.ts';
import type { Status } from '../terminal/status.ts';
import type { Answerer } from './answerer.ts';
import { messageOf } from '../../base/thrown.ts';

type Written =
  | { readonly action: 'accept'; readonly content: Record<string, FormValue> }
  | { readonly action: 'decline' | 'cancel' };

/** @throws UsageError if the file cannot be read, or an answer in it is invalid */
export function answersFrom(path: string, status: Status): Answerer {
  const answers = new Map(
    Object.entries(readAnswers(path)).map(([key, given]) => [key, parse(key, given)]),
  );
  const answerTo = (key: string): Written => answers.get(key) ?? { action: 'cancel' };
  return {
    canAnswer: (key) => answers.has(key),
    form: async (_question, { key }): Promise<FormAnswer> => answerTo(key),
    url: async ({ url }, { key }): Promise<UrlAnswer> => {
      const { action } = answerTo(key);
      // There is no user to look at the page, so the URL is only printed.
      if (action === 'accept') status.show(`To be opened for '${cleanLine(key)}': ${url.href}`);
      return { action };
    },
  };
}

function readAnswers(path: string): UnknownRecord {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isRecord(value)) return value;
  } catch (error) {
    throw new UsageError(`--answers ${path} cannot be read: ${messageOf(error)}`);
  }
  throw new UsageError(`--answers ${path}: it has to be an object with the questions' keys.`);
}

/** An answer is an action as a string or as an object, or only the content of a form. */
function parse(key: string, given: unknown): Written {
  if (given === 'decline' || given === 'cancel') return { action: given };
  if (given === 'accept') return { action: 'accept', content: {} };
  if (!isRecord(given)) {
    throw new UsageError(
      `--answers: '${key}' has to be the form's content, or "accept", "decline" or "cancel".`,
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
