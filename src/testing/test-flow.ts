import type { FlowSnapshot } from '../client/flows/snapshot.ts';
import type { Dispatcher } from '../protocol/dispatcher.ts';
import type { JsonObject } from '../base/json.ts';
import { type Answer, refusalOf, responseTo, uncheckedResponse } from './answer.ts';
import { FlowDriver, type FlowDriverOptions } from './flow-driver.ts';
import { TestSender, type TestCaller } from './test-sender.ts';
import { FlowAssertions } from './flow-assertions.ts';
import { LogWatch, type ServerLog } from './server-log.ts';
import { tampered } from './tampered.ts';

/** How a call is made, and its flow taken. */
export interface TestCallOptions extends TestCaller {
  /** Aborting it cancels the request under way, which rejects with RondoError `cancelled`. */
  readonly signal?: AbortSignal;
  /** Waits for `send()` where a client comes straight back. Default false. */
  readonly stopAtCheckpoints?: boolean;
  /** How many rounds the client takes part in. Default 16, as `Client`. */
  readonly maxRounds?: number;
}

/** What a fork does otherwise than the flow it comes from. */
export interface ForkOptions extends TestCaller {
  /** Of another tool or prompt. */
  readonly name?: string;
  /** Of another resource. */
  readonly uri?: string;
  readonly arguments?: JsonObject;
}

/** @internal Where a flow takes place. */
export interface FlowSetting {
  readonly server: Dispatcher;
  readonly log: ServerLog;
}

/** A flow in the hand of a test. Answering the last open question sends the next round. */
export class TestFlow extends FlowAssertions {
  readonly #setting: FlowSetting;
  readonly #options: TestCallOptions;

  private constructor(
    setting: FlowSetting,
    options: TestCallOptions,
    driverWith: (options: FlowDriverOptions) => FlowDriver,
  ) {
    const watch = new LogWatch(setting.log);
    const driver = driverWith({
      sender: new TestSender(setting.server, options),
      signal: options.signal ?? new AbortController().signal,
      stopAtCheckpoints: options.stopAtCheckpoints ?? false,
      watch,
    });
    super(driver, watch);
    this.#setting = setting;
    this.#options = options;
  }

  /** @internal */
  static async start(
    setting: FlowSetting,
    flow: FlowSnapshot,
    options: TestCallOptions,
  ): Promise<TestFlow> {
    const started = new TestFlow(setting, options, (how) => new FlowDriver(flow, how));
    await started.send();
    return started;
  }

  /**
   * Gives an answer, as a client does: forms with their defaults, and checked.
   *
   * @throws Error if `key` is not asked, or the answer does not fit it
   */
  async answer(key: string, answer?: Answer): Promise<void> {
    await this.driver.give(key, await responseTo(this.expectAsk(key), answer));
  }

  /**
   * Gives an answer that no one has checked: the content of a form, or else the whole response.
   *
   * @throws Error if `key` is not asked
   */
  async answerWrongly(key: string, answer: unknown): Promise<void> {
    await this.driver.give(key, uncheckedResponse(this.expectAsk(key), answer));
  }

  /** Says no to a form or a page. @throws Error if `key` is not asked, or cannot be refused */
  async decline(key: string): Promise<void> {
    await this.driver.give(key, refusalOf(this.expectAsk(key), 'decline'));
  }

  /** Leaves a form or a page without a yes or no. @throws as {@link decline} */
  async cancel(key: string): Promise<void> {
    await this.driver.give(key, refusalOf(this.expectAsk(key), 'cancel'));
  }

  /** Sends the next round now: from a checkpoint, or before everything has been answered. */
  async send(): Promise<void> {
    await this.driver.send();
  }

  /** Sends the newest round once more, as a client that did not get the reply. */
  async resend(): Promise<void> {
    await this.driver.resend();
  }

  /** Changes the state that goes with the next round; by default, one character of it. */
  tamper(change: (state: string) => string = tampered): void {
    this.driver.changeState(change);
  }

  /** A second flow from where this one stands: with the same state, for another caller or call. */
  fork({ name, uri, arguments: args, ...caller }: ForkOptions = {}): TestFlow {
    const params = {
      ...(name !== undefined && { name }),
      ...(uri !== undefined && { uri }),
      ...(args !== undefined && { arguments: args }),
    };
    const options = { ...this.#options, ...caller };
    return new TestFlow(this.#setting, options, (how) => this.driver.fork(params, how));
  }
}
