/** The rounds of handlers that ask by returning `inputRequired(...)`. */
import type { Complete } from '../../flow/round/round-outcome.ts';
import { keyProblem } from '../../flow/journal/key.ts';
import { RondoError } from '../../base/errors.ts';
import { capabilitiesFor } from '../../protocol/input-request.ts';
import { type UnknownRecord, isRecord } from '../../base/json.ts';
import { InputMethod } from '../../protocol/methods.ts';
import type { InputRequest, InputRequests, InputRequiredResult } from '../../protocol/results.ts';
import type { ManualInput } from './context.ts';
import type { ManualState } from './request-states.ts';

const METHODS: readonly string[] = Object.values(InputMethod);

/** What such a handler finds of the last round: answers to what it asked, and its own state. */
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
 * The questions a handler returned, checked: they go out as they are.
 *
 * @throws RondoError `mixed_asks`, `invalid_key` or `invalid_elicitation`
 */
export function checkedRequests(outcome: Complete<unknown>): InputRequests {
  if (outcome.open.length > 0) {
    throw new RondoError(
      'mixed_asks',
      `The handler returned inputRequired() while '${outcome.open[0]}' is being asked. Use one way.`,
    );
  }
  const { inputRequests = {}, requestState } = outcome.result as InputRequiredResult;
  const keys = Object.keys(inputRequests);
  if (keys.length === 0 && requestState === undefined) {
    throw new RondoError('invalid_elicitation', 'inputRequired() asks nothing and has no state.');
  }
  for (const key of keys) {
    const problem = keyProblem(key);
    if (problem !== undefined) throw problem;
    assertRequest(key, inputRequests[key]);
  }
  return inputRequests;
}

/** What the client must have declared for each of `requests`. */
export function needsOf(requests: InputRequests): ReturnType<typeof capabilitiesFor>[] {
  return Object.values(requests).map(capabilitiesFor);
}

/** Questions by hand are bare requests of the kinds there are (MS-5). */
function assertRequest(key: string, request: InputRequest | undefined): void {
  const known = isRecord(request) && METHODS.includes(String(request['method']));
  const bare =
    known && (isRecord(request['params']) || request['method'] === InputMethod.listRoots);
  if (bare && !('id' in request) && !('jsonrpc' in request)) return;
  throw new RondoError('invalid_elicitation', `'${key}' is no request that a client can be asked.`);
}
