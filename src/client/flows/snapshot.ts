/**
 * A flow in the client, as plain JSON, and the functions that take it from one state to the next
 * (MC-1 to MC-9, MC-15). They neither send nor ask.
 */
import { type ClientCapabilities, missingCapabilities } from '../../protocol/capabilities.ts';
import { RondoError, invalidOptions } from '../../base/errors.ts';
import { capabilitiesFor } from '../../protocol/input-request.ts';
import { type JsonObject, type UnknownRecord, isRecord } from '../../base/json.ts';
import { type AskingMethod, InputMethod } from '../../protocol/methods.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import type {
  InputRequest,
  InputRequests,
  InputResponse,
  InputResponses,
} from '../../protocol/results.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { assertShape } from './result-shape.ts';

/** Where a flow stands, as JSON that can be stored, and resumed in another process. */
export interface FlowSnapshot {
  /** Version of this shape. */
  readonly format: 1;
  /** The protocol revision. */
  readonly era: string;
  readonly method: AskingMethod;
  /** The original params, which are sent unchanged in every round. */
  readonly params: JsonObject;
  /** How many responses have been received. */
  readonly round: number;
  /** How many rounds the flow may have. */
  readonly maxRounds: number;
  /** `ready` to be sent, `asking` for answers, or `complete`. */
  readonly status: 'ready' | 'asking' | 'complete';
  /** The questions of the newest response, by key. */
  readonly questions: InputRequests;
  /** The answers to those questions that have been given so far. */
  readonly answers: InputResponses;
  /** The state of the newest response, unchanged; absent if it had none. */
  readonly requestState?: string;
  /** The result; absent until the flow is complete. */
  readonly result?: UnknownRecord;
}

/** How many rounds a flow may have by default. */
export const MAX_ROUNDS = 16;

/** Most questions in one round. */
const MAX_QUESTIONS = 256;

export function begin(
  method: AskingMethod,
  params: JsonObject,
  maxRounds: number = MAX_ROUNDS,
): FlowSnapshot {
  return {
    format: 1,
    era: PROTOCOL_VERSION,
    method,
    params,
    round: 0,
    maxRounds,
    status: 'ready',
    questions: {},
    answers: {},
  };
}

const STATUSES: readonly unknown[] = ['ready', 'asking', 'complete'];

/**
 * Checks a snapshot, which may come from a file or a database.
 *
 * @throws RondoError `invalid_options`
 */
export function assertSnapshot(flow: unknown): asserts flow is FlowSnapshot {
  if (!isRecord(flow)) throw invalidOptions('The value to resume is not a flow.');
  const { format, era, method, params, round, maxRounds, status, questions, answers } = flow;
  const { requestState = '' } = flow;
  if (format !== 1) {
    throw invalidOptions(
      `The flow has format ${JSON.stringify(format)}. This version can only resume format 1.`,
    );
  }
  if (era !== PROTOCOL_VERSION) {
    throw invalidOptions(
      `The flow is of protocol revision ${JSON.stringify(era)}, not ${PROTOCOL_VERSION}.`,
    );
  }
  const isWhole =
    typeof method === 'string' &&
    typeof requestState === 'string' &&
    [params, questions, answers].every(isRecord) &&
    [round, maxRounds].every(Number.isInteger) &&
    STATUSES.includes(status);
  if (!isWhole) throw invalidOptions('The flow to resume has been changed, or a part is missing.');
}

/** The keys of questions without an answer. */
export function unanswered(flow: FlowSnapshot): string[] {
  return Object.keys(flow.questions).filter((key) => !Object.hasOwn(flow.answers, key));
}

/** @throws RondoError `not_asked` if the newest response did not ask `key` (T4) */
export function answer(flow: FlowSnapshot, key: string, response: InputResponse): FlowSnapshot {
  if (!Object.hasOwn(flow.questions, key)) {
    throw new RondoError('not_asked', `'${key}' is not one of the questions of this round.`);
  }
  return { ...flow, answers: { ...flow.answers, [key]: response } };
}

/**
 * The params of the next request: the original ones, the answers, and the state if there was one.
 *
 * @throws RondoError `not_asked` while questions are unanswered (MC-3), or once complete
 */
export function nextParams(flow: FlowSnapshot): JsonObject {
  const open = unanswered(flow);
  if (open.length > 0) {
    throw new RondoError('not_asked', `These questions have no answer yet: ${open.join(', ')}.`);
  }
  if (flow.status === 'complete') throw new RondoError('not_asked', 'The flow is complete.');
  const asked = Object.keys(flow.questions).length > 0;
  return {
    ...flow.params,
    ...(asked && { inputResponses: flow.answers as unknown as JsonObject }),
    ...(flow.requestState !== undefined && { requestState: flow.requestState }),
  };
}

/**
 * The flow after a response.
 *
 * @param declared the capabilities that the request declared
 * @throws InvalidResponseError for results that servers may not send
 * @throws RondoError `too_many_rounds`
 */
export function received(
  flow: FlowSnapshot,
  result: UnknownRecord,
  declared: ClientCapabilities,
): FlowSnapshot {
  const round = flow.round + 1;
  const type = typeOf(result);
  const { requestState: _, ...rest } = flow;
  if (type === 'complete') {
    assertShape(flow.method, result);
    return { ...rest, round, status: 'complete', questions: {}, answers: {}, result };
  }
  const { inputRequests, requestState } = result;
  if (inputRequests === undefined && requestState === undefined) {
    throw new InvalidResponseError('it sent input_required with neither questions nor state');
  }
  if (requestState !== undefined && typeof requestState !== 'string') {
    throw new InvalidResponseError('it sent a requestState that is not a string');
  }
  if (round >= flow.maxRounds) {
    const message =
      `The server needs more than ${flow.maxRounds} rounds for one ${flow.method}. ` +
      'Raise maxRounds if that is intended.';
    throw new RondoError('too_many_rounds', message);
  }
  const questions = readQuestions(inputRequests, requestState !== undefined, declared);
  const status = Object.keys(questions).length > 0 ? 'asking' : 'ready';
  const state = requestState === undefined ? {} : { requestState };
  return { ...rest, round, status, questions, answers: {}, ...state };
}

/**
 * The type of a result; absent means complete (MC-1).
 *
 * @throws InvalidResponseError for types that no extension has added (MC-2)
 */
export function typeOf(result: UnknownRecord): 'complete' | 'input_required' {
  const { resultType = 'complete' } = result;
  if (resultType === 'complete' || resultType === 'input_required') return resultType;
  const shown = typeof resultType === 'string' ? `'${resultType.slice(0, 64)}'` : typeof resultType;
  throw new InvalidResponseError(`it sent a result of unknown type ${shown}`);
}

function readQuestions(
  inputRequests: unknown,
  hasState: boolean,
  declared: ClientCapabilities,
): InputRequests {
  if (inputRequests === undefined) return {};
  if (!isRecord(inputRequests))
    throw new InvalidResponseError('it sent inputRequests that are not an object');
  const entries = Object.entries(inputRequests);
  if (entries.length > MAX_QUESTIONS) {
    throw new InvalidResponseError(`it asked more than ${MAX_QUESTIONS} questions at once`);
  }
  if (entries.length === 0 && !hasState)
    throw new InvalidResponseError('it sent input_required with neither questions nor state');
  for (const [key, request] of entries) assertAnswerable(key, request, declared);
  return inputRequests as InputRequests;
}

/** Servers may only ask what the client has declared (MC-15, EL-2, SA-1). */
function assertAnswerable(key: string, request: unknown, declared: ClientCapabilities): void {
  const name = key.slice(0, 64);
  if (!isRecord(request) || !isKnown(request)) {
    throw new InvalidResponseError(`it asked '${name}', which this client does not understand`);
  }
  if (missingCapabilities(capabilitiesFor(request), declared) !== undefined) {
    throw new InvalidResponseError(
      `it asked '${name}', which needs a capability that the client did not declare`,
    );
  }
}

function isKnown(request: UnknownRecord): request is UnknownRecord & InputRequest {
  const { method, params } = request;
  if (method === InputMethod.listRoots) return true;
  if (!isRecord(params)) return false;
  if (method === InputMethod.sample) return Array.isArray(params['messages']);
  if (method !== InputMethod.elicit || typeof params['message'] !== 'string') return false;
  if (params['mode'] === 'url') return typeof params['url'] === 'string';
  return params['mode'] === undefined || params['mode'] === 'form'
    ? isForm(params['requestedSchema'])
    : false;
}

function isForm(schema: unknown): boolean {
  if (!isRecord(schema)) return false;
  const { properties = {} } = schema;
  return isRecord(properties) && Object.values(properties).every(isRecord);
}
