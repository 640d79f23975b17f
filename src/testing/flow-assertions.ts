import type { LogMessage, Progress } from '../client/calls/call-options.ts';
import { ErrorCode } from '../protocol/names/codes.ts';
import { type UnknownRecord, isRecord } from '../base/json/json.ts';
import type { RpcError } from '../protocol/rpc-error.ts';
import type { StateRefusedEvent } from '../server/events.ts';
import type { FlowDriver } from './flow-driver.ts';
import {
  type ExpectedQuestion,
  type Question,
  fits,
  isAsExpected,
  readExpected,
  describeExpected,
  describePattern,
} from './question.ts';
import { textOf } from './result-text.ts';
import { describeEnd } from './round-end.ts';
import type { LogWatch } from './server-log.ts';

/** The error of a flow. */
export interface TestError {
  readonly message: string;
  /** The JSON-RPC code; absent for a failure of a tool, which is a result. */
  readonly code?: number;
  readonly data?: unknown;
}

/**
 * What a test can see and expect of a flow. An expectation that is not met throws an Error that
 * says what came instead, in which round, and what the server logged in that round.
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

  /** The keys of the questions of the newest round. */
  get asks(): string[] {
    return Object.keys(this.driver.flow.questions);
  }

  /** How many rounds have been sent. A round that was sent again counts once. */
  get rounds(): number {
    return this.driver.rounds;
  }

  /** Length of the request state for the next round, in characters; 0 without one. */
  get stateSize(): number {
    return this.driver.flow.requestState?.length ?? 0;
  }

  /** The result; `undefined` until the flow is complete. */
  get result(): UnknownRecord | undefined {
    const { end } = this.driver;
    return end.type === 'completed' ? end.result : undefined;
  }

  /** The JSON-RPC error, if the newest round ended in one. */
  get error(): RpcError | undefined {
    const { end } = this.driver;
    return end.type === 'failed' ? end.error : undefined;
  }

  /** The text of the result, also of a failure. @throws Error if there is no result */
  get text(): string {
    return textOf(this.result ?? this.#fail('a result'));
  }

  /** The progress reports that the client has received. */
  get progress(): readonly Progress[] {
    return this.driver.progress;
  }

  /** The log messages that the client has received. */
  get messages(): readonly LogMessage[] {
    return this.driver.messages;
  }

  /** Expects that the newest round asks `key`, and like this. @throws Error if it does not */
  expectAsk(key: string, expectation: ExpectedQuestion = {}): Question {
    const expected = readExpected(expectation);
    const { end } = this.driver;
    const questions = end.type === 'asked' ? end.questions : [];
    const question = questions.find((asked) => asked.key === key);
    if (question !== undefined && isAsExpected(question, expected)) return question;
    return this.#fail(describeExpected(key, expected));
  }

  /** Expects that the newest round ended with state and no question. @throws Error if it did not */
  expectCheckpoint(): void {
    if (this.driver.end.type !== 'checkpoint') this.#fail('a checkpoint');
  }

  /**
   * Expects that the flow is complete, without a failure of the tool. @throws Error if it is not
   */
  expectResult(): UnknownRecord {
    const { result } = this;
    return result === undefined || result['isError'] === true ? this.#fail('a result') : result;
  }

  /**
   * Expects that the newest round failed, in the tool or with a JSON-RPC error.
   *
   * @param message the whole message, or a pattern to find in it
   * @throws Error if it did not
   */
  expectError(message?: string | RegExp): TestError {
    const failed = this.#failure;
    if (failed !== undefined && fits(failed.message, message)) return failed;
    return this.#fail(message === undefined ? 'an error' : `the error ${describePattern(message)}`);
  }

  /**
   * Expects that the state of the newest round was refused.
   *
   * @param check the expected reason, which the server knows and clients do not learn
   * @throws Error if it was not refused, or for another reason
   */
  expectRefused(check?: StateRefusedEvent['check']): void {
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
