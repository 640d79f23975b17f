import type { LogMessage, Progress } from '../client/calls/request-sender.ts';
import { ErrorCode } from '../protocol/codes.ts';
import { type UnknownRecord, isRecord } from '../base/json.ts';
import type { RpcError } from '../protocol/rpc-error.ts';
import type { FailedCheck } from '../state/claims.ts';
import type { FlowDriver } from './flow-driver.ts';
import {
  type ExpectedQuestion,
  type Question,
  fits,
  isAsExpected,
  describeExpected,
  describePattern,
} from './question.ts';
import { textOf } from './result-text.ts';
import { describeEnd } from './round-end.ts';
import type { LogWatch } from './server-log.ts';

/** What an error said. */
export interface TestError {
  readonly message: string;
  /** The JSON-RPC code; absent from a tool's own failure, which is a result. */
  readonly code?: number;
  readonly data?: unknown;
}

/**
 * What a test can see of a flow, and expect of it. What is not as expected throws an Error that says
 * what came instead, in which round, and what the server logged meanwhile.
 */
export class FlowAssertions {
  /** @internal */
  protected readonly driver: FlowDriver;
  readonly #watch: LogWatch;

  /** @internal */
  constructor(driver: FlowDriver, watch: LogWatch) {
    this.driver = driver;
    this.#watch = watch;
  }

  /** The keys the newest round asks under. */
  get asks(): string[] {
    return Object.keys(this.driver.flow.questions);
  }

  /** How many rounds have been sent; one that is sent again counts once. */
  get rounds(): number {
    return this.driver.rounds;
  }

  /** Characters of the state that goes with the next round; 0 without one. */
  get stateSize(): number {
    return this.driver.flow.requestState?.length ?? 0;
  }

  /** The result, once there is one. */
  get result(): UnknownRecord | undefined {
    const { end } = this.driver;
    return end.type === 'completed' ? end.result : undefined;
  }

  /** The JSON-RPC error, if the newest round ended in one. */
  get error(): RpcError | undefined {
    const { end } = this.driver;
    return end.type === 'failed' ? end.error : undefined;
  }

  /** The text of the result, a failure's too. @throws Error if there is no result */
  get text(): string {
    return textOf(this.result ?? this.#fail('a result'));
  }

  /** What `ctx.progress` has told the client. */
  get progress(): readonly Progress[] {
    return this.driver.progress;
  }

  /** What `ctx.log` has told the client. */
  get messages(): readonly LogMessage[] {
    return this.driver.messages;
  }

  /** The newest round asks `key`, in this way. @throws Error if it does not */
  expectAsk(key: string, expected: ExpectedQuestion = {}): Question {
    const { end } = this.driver;
    const questions = end.type === 'asked' ? end.questions : [];
    const question = questions.find((asked) => asked.key === key);
    if (question !== undefined && isAsExpected(question, expected)) return question;
    return this.#fail(describeExpected(key, expected));
  }

  /** The newest round ended with state and no question. @throws Error if it did not */
  expectCheckpoint(): void {
    if (this.driver.end.type !== 'checkpoint') this.#fail('a checkpoint');
  }

  /** The flow is complete, and not with a tool's failure. @throws Error if it is not */
  expectResult(): UnknownRecord {
    const { result } = this;
    return result === undefined || result['isError'] === true ? this.#fail('a result') : result;
  }

  /**
   * The newest round failed, in the tool or with a JSON-RPC error.
   *
   * @param message what is said of it: all of it, or a pattern
   * @throws Error if it did not
   */
  expectError(message?: string | RegExp): TestError {
    const failed = this.#failure;
    if (failed !== undefined && fits(failed.message, message)) return failed;
    return this.#fail(message === undefined ? 'an error' : `the error ${describePattern(message)}`);
  }

  /**
   * The state that was sent last was refused.
   *
   * @param check why: the server knows, no client is told
   * @throws Error if it was not, or for another reason
   */
  expectRefused(check?: FailedCheck): void {
    const { error } = this;
    const reason = isRecord(error?.data) ? error.data['reason'] : undefined;
    const isRefusal = error?.code === ErrorCode.InvalidParams && reason === 'request_state';
    if (isRefusal && (check === undefined || this.#watch.hasRefusedFor(check))) return;
    this.#fail(check === undefined ? 'a refused state' : `a state refused for '${check}'`);
  }

  get #failure(): TestError | undefined {
    const { error, result } = this;
    if (error !== undefined) return { message: error.message, code: error.code, data: error.data };
    return result?.['isError'] === true ? { message: textOf(result) } : undefined;
  }

  #fail(expected: string): never {
    const came = `round ${this.rounds} ${describeEnd(this.driver.end)}`;
    throw new Error(`Expected ${expected}, but ${came}.${this.#watch.asText()}`);
  }
}
