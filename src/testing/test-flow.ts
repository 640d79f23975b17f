import type { FlowSnapshot } from '../client/flows/snapshot.ts';
import type { Dispatcher } from '../protocol/dispatcher.ts';
import type { JsonObject } from '../base/json/json.ts';
import { anyText, either, flag, having, positive, record } from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import { type Answer, refusalOf, responseTo, uncheckedResponse } from './answer.ts';
import { FlowDriver, type FlowDriverOptions } from './flow-driver.ts';
import { TestSender, type TestCaller } from './test-sender.ts';
import { FlowAssertions } from './flow-assertions.ts';
import { LogWatch, type ServerLog } from './server-log.ts';
import { tampered } from './tampered.ts';

/** Options of a call in a test. */
export interface TestCallOptions extends TestCaller {
  /**
   * When it aborts, the request in flight is cancelled and rejects with RondoError `cancelled`.
   * Default: none.
   */
  readonly signal?: AbortSignal;
  /**
   * Whether to wait for `send()` after a checkpoint. Default `false`: the next round is sent at
   * once.
   */
  readonly stopAtCheckpoints?: boolean;
  /** How many rounds the call may have. Default 16, as in `Client`. */
  readonly maxRounds?: number;
}

/** What a fork changes. */
export interface ForkOptions extends TestCaller {
  /** Name of another tool or prompt. Default: the same. */
  readonly name?: string;
  /** URI of another resource. Default: the same. */
  readonly uri?: string;
  /** Other arguments. Default: the same. */
  readonly arguments?: JsonObject;
}

const CALLER = {
  principal: either('a principal, or the subject of one', anyText, record),
  capabilities: record,
  // Whatever the test gives.
  request: () => undefined,
};

export const TEST_CALL_OPTIONS: OptionSet<TestCallOptions> = {
  of: 'a call of testServer()',
  table: {
    ...CALLER,
    signal: having('addEventListener', 'throwIfAborted'),
    stopAtCheckpoints: flag,
    maxRounds: positive,
  },
  notes: { instances: 'It belongs in the options of testServer() itself.' },
};

const FORK_OPTIONS: OptionSet<ForkOptions> = {
  of: 'fork()',
  table: { ...CALLER, name: anyText, uri: anyText, arguments: record },
};

/** @internal The server of a flow, and its log. */
export interface FlowSetting {
  readonly server: Dispatcher;
  readonly log: ServerLog;
}

/** A flow that a test controls. Answering the last open question sends the next round. */
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
   * Answers a question as a correct client does: forms get their defaults, and are checked.
   *
   * @throws Error if `key` is not asked, or the answer does not fit it
   */
  async answer(key: string, answer?: Answer): Promise<void> {
    await this.driver.give(key, await responseTo(this.expectAsk(key), answer));
  }

  /**
   * Sends an answer without checking it: the content of an accepted form, or the whole response to
   * other questions.
   *
   * @throws Error if `key` is not asked
   */
  async answerWrongly(key: string, answer: unknown): Promise<void> {
    await this.driver.give(key, uncheckedResponse(this.expectAsk(key), answer));
  }

  /** Declines a form or a URL. @throws Error if `key` is not asked, or cannot be refused */
  async decline(key: string): Promise<void> {
    await this.driver.give(key, refusalOf(this.expectAsk(key), 'decline'));
  }

  /** Cancels a form or a URL: neither yes nor no. @throws as {@link decline} */
  async cancel(key: string): Promise<void> {
    await this.driver.give(key, refusalOf(this.expectAsk(key), 'cancel'));
  }

  /** Sends the next round now: after a checkpoint, or before all questions have been answered. */
  async send(): Promise<void> {
    await this.driver.send();
  }

  /** Sends the newest round again, as a client that did not get the reply. */
  async resend(): Promise<void> {
    await this.driver.resend();
  }

  /** Changes the state for the next round; by default one character of it. */
  tamper(change: (state: string) => string = tampered): void {
    this.driver.changeState(change);
  }

  /** A second flow with the state of this one, for another caller or another call. */
  fork(changes: ForkOptions = {}): TestFlow {
    const { name, uri, arguments: args, ...caller } = readOptions(FORK_OPTIONS, changes);
    const params = {
      ...(name !== undefined && { name }),
      ...(uri !== undefined && { uri }),
      ...(args !== undefined && { arguments: args }),
    };
    // `principal: undefined` means nobody, not the same caller.
    const nobody = 'principal' in changes && { principal: undefined };
    const options = { ...this.#options, ...nobody, ...caller };
    return new TestFlow(this.#setting, options, (how) => this.driver.fork(params, how));
  }
}
