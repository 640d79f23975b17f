/** The rounds of handlers that ask by returning `inputRequired(...)`. */
import { assertMessage } from '../../flow/asks/message.ts';
import { assertSampling } from '../../flow/asks/sampling.ts';
import { quote } from '../../base/quote.ts';
import type { Complete } from '../../flow/round/round-outcome.ts';
import { keyProblem } from '../../flow/journal/key.ts';
import { RondoError } from '../../base/errors.ts';
import { capabilitiesFor } from '../../protocol/input-request.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { InputMethod } from '../../protocol/names/methods.ts';
import type { InputRequest, InputRequests, InputRequiredResult } from '../../protocol/results.ts';
import type { ManualInput } from './context.ts';
import type { ManualState } from './request-states.ts';

const METHODS: readonly string[] = Object.values(InputMethod);

/** What the last round leaves for such a handler: answers to its questions, and its own state. */
export function manualInput(
  manual: ManualState | undefined,
  responses: UnknownRecord | undefined,
  acceptsUnsolicited: boolean,
): ManualInput {
  if (manual === undefined) {
    return { inputResponses: acceptsUnsolicited ? responses : undefined, requestState: undefined };
  }
  const answered = manual.keys.filter((key) => responses && Object.hasOwn(responses, key));
  return {
    inputResponses: {
      ...manual.answers,
      ...Object.fromEntries(answered.map((key) => [key, responses![key]])),
    },
    requestState: manual.requestState,
  };
}

/** Whether a handler's result asks for input. */
export function isInputRequired(result: unknown): result is InputRequiredResult {
  return isRecord(result) && result['resultType'] === 'input_required';
}

/**
 * Checks the questions that a handler returned. They are sent as they are.
 *
 * @throws RondoError `mixed_asks`, `invalid_key` or `invalid_elicitation`
 */
export function checkedRequests(outcome: Complete<unknown>): InputRequests {
  if (outcome.open.length > 0) {
    throw new RondoError(
      'mixed_asks',
      `The handler returned inputRequired() while its ask ${quote(outcome.open[0]!)} has no answer. ` +
        'Await the ask first, or ask everything with inputRequired().',
    );
  }
  const { inputRequests = {}, requestState } = outcome.result as InputRequiredResult;
  if (!isRecord(inputRequests)) {
    throw new RondoError(
      'invalid_elicitation',
      'The inputRequests of inputRequired() are an object, by key.',
    );
  }
  const keys = Object.keys(inputRequests);
  if (keys.length === 0 && requestState === undefined) {
    throw new RondoError(
      'invalid_elicitation',
      'inputRequired() needs inputRequests, requestState or both.',
    );
  }
  for (const key of keys) {
    const problem = keyProblem(key);
    if (problem !== undefined) throw problem;
    assertRequest(key, inputRequests[key]);
  }
  return inputRequests;
}

/** The capabilities that the client must declare for each of `requests`. */
export function needsOf(requests: InputRequests): ReturnType<typeof capabilitiesFor>[] {
  return Object.values(requests).map(capabilitiesFor);
}

/** A question must be a method and params that clients know, without an id (MS-5). */
function assertRequest(key: string, request: InputRequest | undefined): void {
  const known = isRecord(request) && METHODS.includes(String(request['method']));
  const bare =
    known && (isRecord(request['params']) || request['method'] === InputMethod.listRoots);
  if (bare && !('id' in request) && !('jsonrpc' in request)) return assertParams(key, request);
  throw new RondoError(
    'invalid_elicitation',
    `${quote(key)} is not a question. Make questions with inputRequired.elicit and the like.`,
  );
}

/** A question without a message would be asked, and the client would blame the server. */
function assertParams(key: string, request: InputRequest): void {
  if (request.method === InputMethod.sample) return assertSampling(request.params);
  if (request.method !== InputMethod.elicit) return;
  assertMessage(`the question ${quote(key)}`, request.params.message);
}
