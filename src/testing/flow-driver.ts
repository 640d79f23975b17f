import type { LogMessage, Progress } from '../client/calls/call-options.ts';
import {
  type FlowSnapshot,
  answer,
  nextParams,
  received,
  unanswered,
} from '../client/flows/snapshot.ts';
import type { InputResponse } from '../protocol/results.ts';
import { RpcError } from '../protocol/rpc-error.ts';
import type { TestSender } from './test-sender.ts';
import { type RoundEnd, roundEnd } from './round-end.ts';
import type { LogWatch } from './server-log.ts';

export interface FlowDriverOptions {
  readonly sender: TestSender;
  /** When it aborts, the request in flight is cancelled. */
  readonly signal: AbortSignal;
  /** Whether the driver waits for `send()` after a checkpoint. */
  readonly stopAtCheckpoints: boolean;
  readonly watch: LogWatch;
}

/**
 * Runs one flow for a test, as a client would: answers, sends, and can repeat or change what it
 * sends.
 */
export class FlowDriver {
  readonly progress: Progress[] = [];
  readonly messages: LogMessage[] = [];
  readonly #options: FlowDriverOptions;
  /**
   * `#sent` is the flow when the newest round was sent, `#flow` the flow now. Losing a reply means
   * going back to `#sent`.
   */
  #sent: FlowSnapshot;
  #flow: FlowSnapshot;
  #error: RpcError | undefined;

  constructor(flow: FlowSnapshot, options: FlowDriverOptions) {
    this.#sent = flow;
    this.#flow = flow;
    this.#options = options;
  }

  get flow(): FlowSnapshot {
    return this.#flow;
  }

  /** How many rounds have been sent. A round that was sent again counts once. */
  get rounds(): number {
    return this.#sent.round + 1;
  }

  get end(): RoundEnd {
    return roundEnd(this.#flow, this.#error);
  }

  /** Gives an answer. If it was the last one missing, sends the next round. */
  async give(key: string, response: InputResponse): Promise<void> {
    this.#flow = answer(this.#flow, key, response);
    if (unanswered(this.#flow).length === 0) await this.#send(this.#flow);
  }

  /** Sends the next round with the answers given so far. */
  async send(): Promise<void> {
    await this.#send(withoutUnanswered(this.#flow));
  }

  /** Sends the newest round again, as if its reply had been lost. */
  async resend(): Promise<void> {
    await this.#send(this.#sent);
  }

  /** Replaces the state for the next round. */
  changeState(change: (state: string) => string): void {
    const { requestState } = this.#flow;
    if (requestState === undefined)
      throw new Error(`There is no state to change: round ${this.rounds} left none.`);
    this.#flow = { ...this.#flow, requestState: change(requestState) };
  }

  /** A second driver that continues from where this one stands. */
  fork(params: FlowSnapshot['params'], options: FlowDriverOptions): FlowDriver {
    const fork = new FlowDriver(
      { ...this.#flow, params: { ...this.#flow.params, ...params } },
      options,
    );
    fork.#sent = { ...this.#sent, params: { ...this.#sent.params, ...params } };
    fork.#error = this.#error;
    return fork;
  }

  async #send(flow: FlowSnapshot): Promise<void> {
    const { sender, signal, watch, stopAtCheckpoints } = this.#options;
    const params = nextParams(flow);
    this.#sent = flow;
    this.#error = undefined;
    try {
      const result = await watch.during(() =>
        sender.send(flow.method, params, {
          signal,
          onProgress: (progress) => this.progress.push(withoutEnvelope(progress)),
          onLog: (message) => this.messages.push(withoutEnvelope(message)),
        }),
      );
      this.#flow = received(flow, result, sender.capabilities);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.#flow = flow;
      this.#error = error;
      return;
    }
    if (this.end.type === 'checkpoint' && !stopAtCheckpoints) await this.#send(this.#flow);
  }
}

/** The params of a notification, without token and `_meta`. */
function withoutEnvelope<T extends object>(params: T): T {
  const {
    _meta: _,
    progressToken: __,
    ...rest
  } = params as T & {
    readonly _meta?: unknown;
    readonly progressToken?: unknown;
  };
  return rest as unknown as T;
}

/** The flow without its unanswered questions, so that the next round can be sent without them. */
function withoutUnanswered(flow: FlowSnapshot): FlowSnapshot {
  const answered = Object.entries(flow.questions).filter(([key]) =>
    Object.hasOwn(flow.answers, key),
  );
  return { ...flow, questions: Object.fromEntries(answered) };
}
