/**
 * A flow in the client, as plain JSON, and the functions that take it from one state to the next
 * (MC-1 to MC-9, MC-15). They neither send nor ask.
 */
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { RondoError, invalidOptions } from '../../base/errors.ts';
import { type JsonObject, type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { AskingMethod } from '../../protocol/names/methods.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import type { InputRequests, InputResponse, InputResponses } from '../../protocol/results.ts';
import { PROTOCOL_VERSION } from '../../protocol/names/version.ts';
import { sendable } from '../calls/sendable.ts';
import { readQuestions } from './questions.ts';
import { assertShape } from './result-shape.ts';
import { quote } from '../../base/quote.ts';

/** Where a flow stands, as JSON that can be stored, and resumed in another process. */
export interface FlowSnapshot {
  /** Version of this shape. */
  readonly format: 1;
  /** The protocol revision that the server speaks. */
  readonly era: string;
  readonly method: AskingMethod;
  /** The original params, which are sent unchanged in every round. */
  readonly params: JsonObject;
  /** How many responses have been received. */
  readonly round: number;
  /** How many rounds the flow may have. */
  readonly maxRounds: number;
  /** `ready` to be sent, `asking` for answers, `working` as a task, or `complete`. */
  readonly status: 'ready' | 'asking' | 'working' | 'complete';
  /** The questions of the newest response, by key. */
  readonly questions: InputRequests;
  /** The answers to those questions that have been given so far. */
  readonly answers: InputResponses;
  /** The state of the newest response, unchanged; absent if it had none. */
  readonly requestState?: string;
  /** The result; absent until the flow is complete. */
  readonly result?: UnknownRecord;
  /** The task that the flow has become; absent if it has not, or is complete. */
  readonly task?: FollowedTask;
}

/** A task that is followed. */
export interface FollowedTask {
  readonly taskId: string;
  /** How often the server advises to look, in ms. */
  readonly pollIntervalMs: number;
  /** The keys of questions that have been answered: the server may show them for a while. */
  readonly answered: readonly string[];
}

/** How many rounds a flow may have by default. */
export const MAX_ROUNDS = 16;

/** The param that names what each request is about. */
const TARGET = { 'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri' } as const;

export function isAskingMethod(method: unknown): method is AskingMethod {
  return typeof method === 'string' && Object.hasOwn(TARGET, method);
}

/**
 * A new flow. A state and answers among the params are those of its first round, and of no other
 * (MC-7).
 *
 * @throws RondoError `invalid_options` for params that cannot be sent
 */
export function begin(
  method: AskingMethod,
  given: object,
  maxRounds: number = MAX_ROUNDS,
): FlowSnapshot {
  if (!isAskingMethod(method)) {
    throw invalidOptions(`A flow begins with one of: ${Object.keys(TARGET).join(', ')}.`);
  }
  const { requestState, inputResponses = {}, ...params } = readParams(method, given);
  if (requestState !== undefined && typeof requestState !== 'string') {
    throw invalidOptions(`The requestState of ${method} must be text.`);
  }
  if (!isRecord(inputResponses)) {
    throw invalidOptions(`The inputResponses of ${method} must be an object.`);
  }
  return {
    format: 1,
    era: PROTOCOL_VERSION,
    method,
    params,
    round: 0,
    maxRounds,
    status: 'ready',
    questions: {},
    answers: inputResponses as unknown as InputResponses,
    ...(requestState !== undefined && { requestState }),
  };
}

/** A copy: what the caller does to the params later must not change what is sent (MC-5). */
function readParams(method: AskingMethod, given: object): JsonObject {
  const params: unknown = sendable(method, given);
  const problem = paramsProblem(method, params);
  if (problem !== undefined) throw invalidOptions(`${method} cannot be sent: ${problem}.`);
  return params as JsonObject;
}

/** What is wrong with the params of a flow; `undefined` for nothing. */
export function paramsProblem(method: AskingMethod, params: unknown): string | undefined {
  if (!isRecord(params)) return 'its params must be an object';
  if (typeof params[TARGET[method]] !== 'string') return `its ${TARGET[method]} must be text`;
  const args = params['arguments'] ?? {};
  if (!isRecord(args)) return 'its arguments must be an object';
  const areTexts = Object.values(args).every((value) => typeof value === 'string');
  return method === 'prompts/get' && !areTexts ? 'its arguments must be texts' : undefined;
}

/** The keys of questions without an answer. */
export function unanswered(flow: FlowSnapshot): string[] {
  return Object.keys(flow.questions).filter((key) => !Object.hasOwn(flow.answers, key));
}

/** @throws RondoError `not_asked` if the newest response did not ask `key` (T4) */
export function assertAsked(flow: FlowSnapshot, key: string): void {
  if (Object.hasOwn(flow.questions, key)) return;
  throw new RondoError('not_asked', `${quote(key)} is not one of the questions of this round.`);
}

/** @throws RondoError `not_asked` */
export function answer(flow: FlowSnapshot, key: string, response: InputResponse): FlowSnapshot {
  assertAsked(flow, key);
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
  const isAnswered = Object.keys(flow.answers).length > 0;
  return {
    ...flow.params,
    ...(isAnswered && { inputResponses: flow.answers as unknown as JsonObject }),
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
 * The type of a result; absent or `null` means complete (MC-1).
 *
 * @throws InvalidResponseError for types that no extension has added (MC-2)
 */
export function typeOf(result: UnknownRecord): 'complete' | 'input_required' | 'task' {
  const resultType = result['resultType'] ?? 'complete';
  if (resultType === 'complete' || resultType === 'input_required') return resultType;
  if (resultType === 'task') return resultType;
  const shown = typeof resultType === 'string' ? quote(resultType) : typeof resultType;
  throw new InvalidResponseError(`it sent a result of unknown type ${shown}`);
}

/**
 * The result of a request whose response may not ask (MC-15).
 *
 * @throws InvalidResponseError
 */
export function completeResult(method: string, result: UnknownRecord): UnknownRecord {
  if (typeOf(result) !== 'complete') {
    throw new InvalidResponseError(`it sent a question in answer to ${method}`);
  }
  assertShape(method, result);
  return result;
}
