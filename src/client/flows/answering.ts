/** Calls the handlers for all questions of a round. If one fails, the others are cancelled. */
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import type { FormElicitation, UrlElicitation } from '../../protocol/types/elicitation.ts';
import { RondoError } from '../../base/errors.ts';
import { notifyListener } from '../../base/listener.ts';
import type { Logger } from '../../base/logging/logger.ts';
import { messageOf } from '../../base/thrown.ts';
import type {
  Implementation,
  InputRequest,
  InputRequests,
  InputResponse,
  InputResponses,
} from '../../protocol/results.ts';
import { abortable } from '../../base/abortable.ts';
import { endedBy } from '../calls/errors.ts';
import { assertAnswer, toResponse } from './answer-shape.ts';
import { completeForm } from './form-answer.ts';
import type {
  FormAnswer,
  QuestionContext,
  QuestionHandlers,
  RefusalReason,
  UrlAnswer,
} from './handlers.ts';
import { readQuestions } from './questions.ts';
import type { Stepper } from './stepper.ts';
import { urlQuestion } from './url-question.ts';
import { quote } from '../../base/quote.ts';

/** A question was refused. The server learns the action, and not the reason. */
export interface RefusedEvent {
  readonly key: string;
  readonly action: 'decline' | 'cancel';
  readonly reason: RefusalReason;
}

export interface AnsweringOptions {
  readonly handlers: QuestionHandlers;
  readonly allowInsecureUrls: boolean;
  readonly onRefused?: ((event: RefusedEvent) => void) | undefined;
}

/**
 * Answers all questions of a stepper. The time that this takes does not count against a request's
 * deadline.
 *
 * @param signal cancels it, also if a handler ignores its own signal
 * @throws as {@link answerAll}; RondoError `cancelled`
 */
export async function answerStepper(
  stepper: Stepper,
  signal: AbortSignal,
  options: AnsweringOptions,
): Promise<void> {
  const answering = answerAll(stepper.questions, stepper.server, signal, options);
  const answers = await abortable(answering, signal, () => endedBy(stepper.method, signal));
  for (const [key, answer] of Object.entries(answers)) stepper.answer(key, answer);
}

/**
 * @param signal aborts the handlers
 * @throws what a handler throws; RondoError `invalid_answer`, `no_handler`
 */
export async function answerAll(
  questions: InputRequests,
  server: Implementation | undefined,
  signal: AbortSignal,
  options: AnsweringOptions,
): Promise<InputResponses> {
  // Not AbortSignal.any, which would leak a listener on a signal that outlives the round.
  const round = new AbortController();
  const abort = (): void => round.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const asked = Object.entries(questions).map(async ([key, request]) => {
    const context: QuestionContext = { key, server, signal: round.signal };
    return [key, await answerOne(request, context, options)] as const;
  });
  try {
    return Object.fromEntries(await Promise.all(asked));
  } catch (error) {
    round.abort(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * Answers a question of an old server that belongs to no call.
 *
 * @throws InvalidResponseError for what cannot be asked of this client; as {@link answerAll}
 */
export async function answerStray(
  question: InputRequest,
  server: Implementation | undefined,
  signal: AbortSignal,
  declared: ClientCapabilities,
  options: AnsweringOptions,
): Promise<InputResponse> {
  const questions = readQuestions({ question }, false, declared);
  const answers = await abortable(answerAll(questions, server, signal, options), signal, () =>
    endedBy('A question', signal),
  );
  return answers['question']!;
}

async function answerOne(
  request: InputRequest,
  context: QuestionContext,
  options: AnsweringOptions,
): Promise<InputResponse> {
  const { key } = context;
  const { onSample, roots } = options.handlers;
  switch (request.method) {
    case 'elicitation/create':
      return request.params.mode === 'url'
        ? answerUrl(request, request.params, context, options)
        : answerForm(request, request.params, context, options);
    case 'sampling/createMessage':
      if (onSample === undefined) throw noHandler(key, 'onSample');
      return toResponse(key, request, await onSample(request.params, context));
    case 'roots/list': {
      if (roots === undefined) throw noHandler(key, 'roots');
      const given = typeof roots === 'function' ? await roots(context) : roots;
      return toResponse(key, request, { roots: given });
    }
  }
}

async function answerForm(
  request: InputRequest,
  { message, requestedSchema }: FormElicitation,
  context: QuestionContext,
  options: AnsweringOptions,
): Promise<InputResponse> {
  const { key } = context;
  const { onElicit } = options.handlers;
  if (onElicit === undefined) throw noHandler(key, 'onElicit');
  const answer = await onElicit({ message, requestedSchema }, context);
  assertAnswer(key, request, answer);
  report(answer, key, options);
  if (answer.action !== 'accept') return toResponse(key, request, answer);
  const content = await completeForm(key, requestedSchema, answer.content);
  return toResponse(key, request, { action: 'accept', content });
}

async function answerUrl(
  request: InputRequest,
  params: UrlElicitation,
  context: QuestionContext,
  options: AnsweringOptions,
): Promise<InputResponse> {
  const { key } = context;
  const { onElicitUrl } = options.handlers;
  if (onElicitUrl === undefined) throw noHandler(key, 'onElicitUrl');
  const question = urlQuestion(params, options.allowInsecureUrls);
  const answer: UrlAnswer =
    'problem' in question
      ? { action: 'decline', reason: 'policy' }
      : await onElicitUrl(question, context);
  const response = toResponse(key, request, answer);
  report(answer, key, options);
  return response;
}

function report(
  answer: FormAnswer | UrlAnswer,
  key: string,
  { onRefused }: AnsweringOptions,
): void {
  if (answer.action === 'accept') return;
  onRefused?.({ key, action: answer.action, reason: answer.reason ?? 'user' });
}

function noHandler(key: string, name: string): RondoError<'no_handler'> {
  return new RondoError(
    'no_handler',
    `The client has no handler for ${quote(key)}. Give it the option ${name}.`,
  );
}

/** The caller's `onRefused`; what it throws is logged. */
export function safeOnRefused(
  onRefused: AnsweringOptions['onRefused'],
  logger: Logger,
): AnsweringOptions['onRefused'] {
  return (event) =>
    notifyListener(
      () => onRefused?.(event),
      (error) => logger.warn(`onRefused failed: ${messageOf(error)}`),
    );
}
