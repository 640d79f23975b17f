import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { RondoError } from '../../base/errors.ts';
import { notifyListener } from '../../base/listener.ts';
import { shownMessage } from '../../base/shown-text.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import { pauseAfter } from '../../base/timing/backoff.ts';
import { isRecord, type UnknownRecord } from '../../base/json/json.ts';
import type { Implementation, InputRequests, InputResponse } from '../../protocol/results.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { CallOptions } from '../calls/call-options.ts';
import { StateRefusedError } from '../calls/errors.ts';
import type { Transport } from '../../protocol/transport.ts';
import { TaskMethod } from '../../protocol/names/methods.ts';
import { OLD_VERSIONS, PROTOCOL_VERSION } from '../../protocol/names/version.ts';
import { serverInfoOf } from '../calls/server-info.ts';
import { toResponse } from './answer-shape.ts';
import type { FormAnswer } from './handlers.ts';
import {
  type FlowSnapshot,
  answer,
  assertAsked,
  nextParams,
  received,
  typeOf,
  unanswered,
} from './snapshot.ts';
import { answersSent, becameTask, looked, readTask } from './task-of-flow.ts';

/** What a stepper needs of its client. */
export interface StepperClient {
  readonly connection: Pick<Transport, 'era' | 'abandon'>;
  /** Sends one round. */
  send(method: string, params: UnknownRecord, options: CallOptions): Promise<UnknownRecord>;
  /** Follows a task, as far as the server sends its changes. */
  watch(taskId: string): TaskWatch;
  /** A listener of the caller's has failed. */
  warn(message: string): void;
}

export interface TaskWatch {
  /** Whether the server sends its changes now. */
  readonly isSent: boolean;
  /** The task as the server has sent it since the last time; `undefined` after `ms`: look yourself. */
  next(ms: number, signal: AbortSignal): Promise<UnknownRecord | undefined>;
  end(): void;
}

/**
 * A flow that you advance round by round: `advance()` sends a round, `answer()` answers one of its
 * questions. Between rounds `toJSON()` returns it as plain JSON, from which `client.resume()`
 * continues it in any process.
 */
export class Stepper {
  readonly #client: StepperClient;
  readonly #declared: ClientCapabilities;
  #flow: FlowSnapshot;
  #server: Implementation | undefined;
  /** What `onTask` was last called with. */
  #shown: string | undefined;

  /** @internal */
  constructor(flow: FlowSnapshot, declared: ClientCapabilities, client: StepperClient) {
    this.#flow = flow;
    this.#declared = declared;
    this.#client = client;
  }

  get method(): FlowSnapshot['method'] {
    return this.#flow.method;
  }

  /** `ready` to be sent, `asking` for answers, `working` as a task, or `complete`. */
  get status(): FlowSnapshot['status'] {
    return this.#flow.status;
  }

  /** The questions of the newest round, by key. */
  get questions(): InputRequests {
    return this.#flow.questions;
  }

  /** The keys of questions without an answer. */
  get unanswered(): string[] {
    return unanswered(this.#flow);
  }

  /** How many responses have been received. */
  get round(): number {
    return this.#flow.round;
  }

  /** The result; `undefined` until the flow is complete. */
  get result(): UnknownRecord | undefined {
    return this.#flow.result;
  }

  /**
   * The protocol revision that the flow's server speaks; `undefined` before the first round. A flow
   * with a server of 2025-11-25 or earlier can be saved only before its first round, and when it is
   * complete.
   */
  get era(): string | undefined {
    return this.#flow.round === 0 ? undefined : this.#flow.era;
  }

  /** Name and version of the server, not verified; `undefined` before the first round. */
  get server(): Implementation | undefined {
    return this.#server;
  }

  /**
   * @throws RondoError `not_asked` if the newest round did not ask `key`; `invalid_answer` for what
   *   cannot be the answer to its question
   */
  answer(key: string, response: InputResponse | FormAnswer): void {
    assertAsked(this.#flow, key);
    const { [key]: question } = this.#flow.questions;
    this.#flow = answer(this.#flow, key, toResponse(key, question!, response));
  }

  /** The id of the task that the flow has become; `undefined` if it has not, or is complete. */
  get taskId(): string | undefined {
    return this.#flow.task?.taskId;
  }

  /**
   * Sends the next round. In a task: sends the answers given so far, which may be some of them, and
   * waits until the task asks or has ended. If its reply is lost, call it again: it sends the same request.
   *
   * @throws RondoError `not_asked` while questions are unanswered, or once complete
   * @throws StateRefusedError with the answers so far; RpcError, TimeoutError, RondoError
   */
  async advance(options: CallOptions = {}): Promise<void> {
    const flow = this.#flow;
    if (flow.task !== undefined) return this.#follow(flow.task.taskId, options);
    const params = nextParams(flow);
    try {
      const result = await this.#client.send(flow.method, params, options);
      this.#server = serverInfoOf(result) ?? this.#server;
      this.#flow = this.#received(result);
      if (this.#flow.task !== undefined) this.#show(result, options);
    } catch (error) {
      throw isStateRefusal(error, flow) ? new StateRefusedError(flow.answers, error) : error;
    }
  }

  /**
   * In a task: sends the answers given so far, and looks at it once, without waiting for a change.
   *
   * @throws RondoError `not_asked` if the flow is no task; as {@link advance}
   */
  async look(options: CallOptions = {}): Promise<void> {
    const { taskId } = this;
    if (taskId === undefined) throw new RondoError('not_asked', 'The flow is not a task.');
    await this.#sendAnswers(taskId, options);
    await this.#look(taskId, options);
  }

  async #follow(taskId: string, options: CallOptions): Promise<void> {
    if (Object.keys(this.#flow.answers).length > 0) await this.#sendAnswers(taskId, options);
    else if (this.#flow.status === 'asking') nextParams(this.#flow);
    const watch = this.#client.watch(taskId);
    try {
      if (await this.#look(taskId, options)) return;
      for (let looks = 1; ; looks++) {
        const ms = pauseBefore(looks, this.#flow.task!.pollIntervalMs, watch);
        const sent = await watch.next(ms, signalOf(options));
        const hasChanged = sent ? this.#hasSeen(sent, options) : this.#look(taskId, options);
        if (await hasChanged) return;
      }
    } finally {
      watch.end();
    }
  }

  async #sendAnswers(taskId: string, options: CallOptions): Promise<void> {
    const { answers } = this.#flow;
    if (Object.keys(answers).length === 0) return;
    const inputResponses = answers as unknown as UnknownRecord;
    await this.#client.send(TaskMethod.update, { taskId, inputResponses }, options);
    this.#flow = answersSent(this.#flow);
  }

  async #look(taskId: string, options: CallOptions): Promise<boolean> {
    const task = await this.#client.send(TaskMethod.get, { taskId }, options);
    this.#server = serverInfoOf(task) ?? this.#server;
    return this.#hasSeen(task, options);
  }

  /** Whether the task, as it is now, asks or has ended. */
  #hasSeen(task: UnknownRecord, options: CallOptions): boolean {
    this.#show(task, options);
    this.#flow = looked(this.#flow, task, this.#declared);
    return this.#flow.status !== 'working';
  }

  /** Calls `onTask` if the task is another than at the last call. */
  #show(task: UnknownRecord, { onTask }: CallOptions): void {
    if (onTask === undefined) return;
    const shown = JSON.stringify([task['status'], task['statusMessage']]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    notifyListener(
      () => onTask(readTask(task)),
      (error) => this.#client.warn(`onTask failed: ${shownMessage(error)}`),
    );
  }

  /** @internal The flow will not be continued: an old server need not hold its call open. */
  abandon(): void {
    abandonState(this.#flow.requestState, this.#client);
  }

  /** @throws RondoError `era_not_resumable` if an old server holds the call open: see `era` */
  toJSON(): FlowSnapshot {
    const { status, era } = this.#flow;
    if (OLD_VERSIONS.includes(era) && status !== 'complete') throw notResumable(era);
    return this.#flow;
  }

  /** @internal Where the flow stands, for showing it. */
  get snapshot(): FlowSnapshot {
    return this.#flow;
  }

  #received(result: UnknownRecord): FlowSnapshot {
    const era = this.#client.connection.era ?? PROTOCOL_VERSION;
    try {
      if (typeOf(result) === 'task') return { ...becameTask(this.#flow, result), era };
      return { ...received(this.#flow, result, this.#declared), era };
    } catch (error) {
      abandonState(result['requestState'], this.#client);
      throw error;
    }
  }
}

/** In ms. The pauses double up to what the server advises: short tasks are not waited for long. */
const FIRST_PAUSE = 20;

/** How long to wait for what the server sends, before looking: in full only if it sends. */
function pauseBefore(looks: number, longest: number, { isSent }: TaskWatch): number {
  if (isSent) return longest;
  return pauseAfter(looks, { first: Math.min(FIRST_PAUSE, longest), longest });
}

function signalOf({ signal }: CallOptions): AbortSignal {
  return signal ?? new AbortController().signal;
}

function abandonState(state: unknown, { connection }: StepperClient): void {
  if (typeof state === 'string') connection.abandon?.(state);
}

function notResumable(era: string): RondoError<'era_not_resumable'> {
  return new RondoError(
    'era_not_resumable',
    `The server speaks ${era}, in which it holds a call open while it asks. ` +
      'Such a call can only be finished by the client that has begun it.',
  );
}

/** The `data.reason` of errors for a refused state: Rondo's, and the official SDK's. */
const STATE_REASONS: readonly unknown[] = ['request_state', 'invalid_request_state'];

/**
 * Whether an error refuses the state. Of other servers, any invalid param of a retry counts (T6).
 */
function isStateRefusal(error: unknown, flow: FlowSnapshot): boolean {
  if (!(error instanceof RpcError) || flow.requestState === undefined) return false;
  if (error.code !== ErrorCode.InvalidParams) return false;
  // Old servers have no states: what they call invalid is something else.
  if (!isRecord(error.data) && OLD_VERSIONS.includes(flow.era)) return false;
  return !isRecord(error.data) || STATE_REASONS.includes(error.data['reason']);
}
