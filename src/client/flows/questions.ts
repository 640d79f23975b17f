/** The questions of a round, as a server may ask them of this client (MC-15). */
import { type JsonSchema, type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { messageOf } from '../../base/thrown.ts';
import { expandedSize } from '../../schema/json/expanded-size.ts';
import { assertUsableSchema } from '../../schema/json/limits.ts';
import { type ClientCapabilities, missingCapabilities } from '../../protocol/capabilities.ts';
import { capabilitiesFor } from '../../protocol/input-request.ts';
import { InputMethod } from '../../protocol/names/methods.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import type { InputRequest, InputRequests } from '../../protocol/results.ts';
import { quote } from '../../base/quote.ts';

/** Most questions in one round. */
const MAX_QUESTIONS = 256;

/**
 * Reads the `inputRequests` of a result.
 *
 * @param hasState whether the result has a state: then it may ask nothing
 * @throws InvalidResponseError
 */
export function readQuestions(
  inputRequests: unknown,
  hasState: boolean,
  declared: ClientCapabilities,
): InputRequests {
  const given = inputRequests ?? {};
  if (!isRecord(given)) {
    throw new InvalidResponseError('it sent inputRequests that are not an object');
  }
  const entries = Object.entries(given);
  if (entries.length > MAX_QUESTIONS) {
    throw new InvalidResponseError(`it asked more than ${MAX_QUESTIONS} questions at once`);
  }
  if (entries.length === 0 && !hasState) {
    throw new InvalidResponseError('it sent input_required with neither questions nor state');
  }
  for (const [key, request] of entries) {
    const problem = questionProblem(request, declared);
    if (problem === undefined) continue;
    throw new InvalidResponseError(`it asked ${quote(key)}, which ${problem}`);
  }
  return given as InputRequests;
}

/**
 * Why this client cannot be asked a question, in words that follow "which"; `undefined` if it can.
 * Servers may only ask what the client has declared (EL-2, SA-1).
 */
export function questionProblem(
  request: unknown,
  declared: ClientCapabilities,
): string | undefined {
  if (!isRecord(request) || !isKnown(request)) return 'this client does not understand';
  const unusable = formProblem(request);
  if (unusable !== undefined) return `has a form that cannot be used: ${unusable}`;
  if (missingCapabilities(capabilitiesFor(request), declared) === undefined) return undefined;
  return 'needs a capability that the client did not declare';
}

function isKnown(request: UnknownRecord): request is UnknownRecord & InputRequest {
  const { method, params } = request;
  if (method === InputMethod.listRoots) return true;
  if (!isRecord(params)) return false;
  if (method === InputMethod.sample) return Array.isArray(params['messages']);
  if (method !== InputMethod.elicit || typeof params['message'] !== 'string') return false;
  if (params['mode'] === 'url') return typeof params['url'] === 'string';
  return (params['mode'] ?? 'form') === 'form' && isForm(params['requestedSchema']);
}

/** Nobody is asked to fill in a form that could not be checked without danger (SE-1, SE-2). */
function formProblem({ method, params }: InputRequest): string | undefined {
  if (method !== 'elicitation/create' || params.mode === 'url') return undefined;
  const schema = params.requestedSchema as object as JsonSchema;
  try {
    assertUsableSchema(schema);
  } catch (error) {
    return messageOf(error);
  }
  return expandedSize(schema) === Infinity ? 'it refers to itself, or to nothing' : undefined;
}

function isForm(schema: unknown): boolean {
  if (!isRecord(schema)) return false;
  const properties = schema['properties'] ?? {};
  return isRecord(properties) && Object.values(properties).every(isRecord);
}
