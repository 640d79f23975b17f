/** What may be sent as the answer to a question. */
import { RondoError } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import { jsonCopy } from '../../base/json/json-copy.ts';
import { messageOf } from '../../base/thrown.ts';
import type { FormValue } from '../../protocol/types/elicitation.ts';
import type { InputRequest, InputResponse } from '../../protocol/results.ts';
import type { ListRootsResult } from '../../protocol/types/sampling.ts';
import { exposedRoots, rootProblem } from './exposed-roots.ts';
import type { FormAnswer } from './handlers.ts';
import { quote } from '../../base/quote.ts';

const ACTIONS: readonly unknown[] = ['accept', 'decline', 'cancel'];
const ROLES: readonly unknown[] = ['user', 'assistant'];

/**
 * An answer as it is sent: plain JSON, which does not change with what the caller does to `answer`
 * later. Whether the content of a form fits its schema is not checked.
 *
 * @throws RondoError `invalid_answer`
 */
export function toResponse(key: string, request: InputRequest, answer: unknown): InputResponse {
  assertAnswer(key, request, answer);
  try {
    return jsonCopy(sendable(request, answer as never)) as InputResponse;
  } catch (error) {
    throw invalidAnswer(key, `holds what JSON cannot carry: ${messageOf(error)}`);
  }
}

/** Without what is not for the server: the reason of a refusal, `..` in roots (MC-4, EL-6, RO-2). */
function sendable({ method }: InputRequest, answer: FormAnswer & ListRootsResult): object {
  if (method === 'roots/list') return { ...answer, roots: exposedRoots(answer.roots) };
  if (method !== 'elicitation/create') return answer;
  const { action } = answer;
  const hasContent = action === 'accept' && isRecord(answer.content);
  return hasContent ? { action, content: filledIn(answer.content) } : { action };
}

/** @throws RondoError `invalid_answer` for what cannot be the answer to a question */
export function assertAnswer(key: string, request: InputRequest, answer: unknown): void {
  const problem = answerProblem(request, answer);
  if (problem !== undefined) throw invalidAnswer(key, problem);
}

/** What is wrong with an answer, in words that follow "it"; `undefined` for nothing. */
function answerProblem(request: InputRequest, answer: unknown): string | undefined {
  if (!isRecord(answer)) return 'is not an object';
  switch (request.method) {
    case 'elicitation/create':
      if (!ACTIONS.includes(answer['action'])) {
        return "has no action; it must be 'accept', 'decline' or 'cancel'";
      }
      return answer['action'] === 'accept' && request.params.mode !== 'url'
        ? contentProblem(answer['content'])
        : undefined;
    case 'sampling/createMessage':
      return messageProblem(answer);
    case 'roots/list':
      return rootsProblem(answer['roots']);
  }
}

/** The fields of an accepted form that have a value. */
export function filledIn(content: object): Record<string, FormValue> {
  const filled = Object.entries(content).filter(([, value]) => value != null);
  return Object.fromEntries(filled) as Record<string, FormValue>;
}

function contentProblem(content: unknown): string | undefined {
  if (!isRecord(content)) return 'accepts the form, and its content is not an object';
  const wrong = Object.entries(filledIn(content)).find(([, value]) => !isFormValue(value));
  return (
    wrong && `has a field, ${quote(wrong[0])}, that is no text, number, boolean or list of texts`
  );
}

function isFormValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}

function messageProblem({ role, content, model }: Record<string, unknown>): string | undefined {
  if (!ROLES.includes(role)) return "has no role; it must be 'assistant' or 'user'";
  if (typeof model !== 'string') return 'does not name its model';
  const blocks: unknown[] = Array.isArray(content) ? content : [content];
  const areBlocks = blocks.every((block) => isRecord(block) && typeof block['type'] === 'string');
  return areBlocks ? undefined : 'has content that is not made of blocks with a type';
}

function rootsProblem(roots: unknown): string | undefined {
  if (!Array.isArray(roots)) return 'is not a list of roots';
  const problem = roots.map(rootProblem).find((found) => found !== undefined);
  return problem && `has a root that cannot be shown: ${problem}`;
}

function invalidAnswer(key: string, problem: string): RondoError<'invalid_answer'> {
  return new RondoError(
    'invalid_answer',
    `The answer to ${quote(key)} cannot be sent: it ${problem}.`,
  );
}
