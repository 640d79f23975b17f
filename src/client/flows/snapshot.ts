/**
 * A flow as its client sees it: plain JSON, and the moves from one state to the next. Everything
 * that happens to a flow happens here (MC-1 to MC-9, MC-15); sending and asking do not.
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

/** Where a flow stands. Can be stored, shown in another process, and resumed there. */
export interface FlowSnapshot {
  /** Of this shape, so that a later version of the library can tell. */
  readonly format: 1;
  /** The revision the flow is spoken in. */
  readonly era: string;
  readonly method: AskingMethod;
  /** The original params: sent again, unchanged, in every round. */
  readonly params: JsonObject;
  /** How many responses have been received. */
  readonly round: number;
  readonly maxRounds: number;
  /** `ready` to be sent, `asking` for answers, or `complete`. */
  readonly status: 'ready' | 'asking' | 'complete';
  /** What the newest response asks. */
  readonly questions: InputRequests;
  /** Answers to those questions, as far as they have been given. */
  readonly answers: InputResponses;
  /** The state of the newest response, to the byte; absent if it had none. */
  readonly requestState?: string;
  /** Once complete. */
  readonly result?: UnknownRecord;
}

/** How many rounds a flow may take by default. */
export const MAX_ROUNDS = 16;

/** More than anybody could answer. */
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
 * Flows come back from files and databases.
 *
 * @throws RondoError `invalid_options`
 */
export function assertSnapshot(flow: unknown): asserts flow is FlowSnapshot {
  if (!isRecord(flow)) throw invalidOptions('What is to be resumed is no flow.');
  const { format, era, method, params, round, maxRounds, status, questions, answers } = flow;
  const { requestState = '' } = flow;
  if (format !== 1) {
    throw invalidOptions(`A flow of format ${JSON.stringify(format)} cannot be resumed; 1 can.`);
  }
  if (era !== PROTOCOL_VERSION) {
    throw invalidOptions(`The flow speaks ${JSON.stringify(era)}, not ${PROTOCOL_VERSION}.`);
  }
  const isWhole =
    typeof method === 'string' &&
    typeof requestState === 'string' &&
    [params, questions, answers].every(isRecord) &&
    [round, maxRounds].every(Number.isInteger) &&
    STATUSES.includes(status);
  if (!isWhole) throw invalidOptions('The flow to be resumed has been changed or cut.');
}

/** Keys of questions that are still to be answered. */
export function unanswered(flow: FlowSnapshot): string[] {
  return Object.keys(flow.questions).filter((key) => !Object.hasOwn(flow.answers, key));
}

/** @throws RondoError `not_asked` if the newest response did not ask `key` (T4) */
export function answer(flow: FlowSnapshot, key: string, response: InputResponse): FlowSnapshot {
  if (!Object.hasOwn(flow.questions, key)) {
    throw new RondoError('not_asked', `'${key}' is not one of the questions that are open.`);
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
    throw new RondoError('not_asked', `Not answered yet: ${open.join(', ')}.`);
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
 * @param declared what the request said the client can be asked
 * @throws InvalidResponseError for results no server may send
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
    throw new InvalidResponseError('it sent a requestState that is no string');
  }
  if (round >= flow.maxRounds) {
    const message = `The server wants more than ${flow.maxRounds} rounds for one ${flow.method}.`;
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
    throw new InvalidResponseError('it sent inputRequests that are no object');
  const entries = Object.entries(inputRequests);
  if (entries.length > MAX_QUESTIONS) {
    throw new InvalidResponseError(`it asked more than ${MAX_QUESTIONS} questions at once`);
  }
  if (entries.length === 0 && !hasState)
    throw new InvalidResponseError('it sent a question without one');
  for (const [key, request] of entries) assertAnswerable(key, request, declared);
  return inputRequests as InputRequests;
}

/** What was not declared cannot be answered, so it is not (MC-15, EL-2, SA-1). */
function assertAnswerable(key: string, request: unknown, declared: ClientCapabilities): void {
  const name = key.slice(0, 64);
  if (!isRecord(request) || !isKnown(request)) {
    throw new InvalidResponseError(`it asked '${name}', which is none this client knows`);
  }
  if (missingCapabilities(capabilitiesFor(request), declared) !== undefined) {
    throw new InvalidResponseError(`it asked '${name}', which needs what was not declared`);
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
