import type { LogMessage, Progress } from '../client/calls/request-sender.ts';
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
  /** Aborting it cancels the request under way. */
  readonly signal: AbortSignal;
  /** Whether a round that ends in a checkpoint waits to be sent on. */
  readonly stopAtCheckpoints: boolean;
  readonly watch: LogWatch;
}

/** The course of one flow: what was sent, what came of it, and what can be done to either. */
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

  /** How many rounds have been sent; one that is sent again counts once. */
  get rounds(): number {
    return this.#sent.round + 1;
  }

  get end(): RoundEnd {
    return roundEnd(this.#flow, this.#error);
  }

  /** Gives an answer, and sends the next round if it was the last that was missing. */
  async give(key: string, response: InputResponse): Promise<void> {
    this.#flow = answer(this.#flow, key, response);
    if (unanswered(this.#flow).length === 0) await this.#send(this.#flow);
  }

  /** Sends the next round with the answers there are. */
  async send(): Promise<void> {
    await this.#send(withoutUnanswered(this.#flow));
  }

  /** Sends the newest round once more, as if its reply had not arrived. */
  async resend(): Promise<void> {
    await this.#send(this.#sent);
  }

  /** Puts another state in the place of the one that came. */
  changeState(change: (state: string) => string): void {
    const { requestState } = this.#flow;
    if (requestState === undefined)
      throw new Error(`There is no state to change: round ${this.rounds} left none.`);
    this.#flow = { ...this.#flow, requestState: change(requestState) };
  }

  /** A course of its own from where this one stands. */
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

/** What a notification says, without what only carries it. */
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

/** What is not asked needs no answer: the next round goes out with those there are. */
function withoutUnanswered(flow: FlowSnapshot): FlowSnapshot {
  const answered = Object.entries(flow.questions).filter(([key]) =>
    Object.hasOwn(flow.answers, key),
  );
  return { ...flow, questions: Object.fromEntries(answered) };
}
