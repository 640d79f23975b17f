import { allowDestructuring } from '../../base/destructuring.ts';
import { FlowContext } from '../../flow/context.ts';
import type { Round } from '../../flow/round/round.ts';
import type { Exchange } from '../../protocol/dispatcher.ts';
import type { UnknownRecord } from '../../base/json.ts';
import type { Principal } from '../../protocol/principal.ts';
import type { LogLevel } from '../../protocol/results.ts';
import { type ClientView, clientView } from '../requests/client-view.ts';
import { Notifier } from '../requests/notifier.ts';
import { type RequestMeta, customMeta } from '../requests/request-meta.ts';

/** What the last round leaves for a handler that returns `inputRequired(...)`. */
export interface ManualInput {
  readonly inputResponses: UnknownRecord | undefined;
  readonly requestState: string | undefined;
}

/** The context of a handler: its flow, and the request of this round. */
export class Context extends FlowContext {
  /** The verified caller; `undefined` without authentication. */
  readonly principal: Principal | undefined;
  /** The transport's own request object of this round, such as an `IncomingMessage`. */
  readonly request: unknown;
  /** Answers to the questions of `inputRequired(...)` in the last round, not validated. */
  readonly inputResponses: UnknownRecord | undefined;
  /** The `requestState` that `inputRequired(...)` was given in the last round. */
  readonly requestState: string | undefined;
  /** @internal */
  private readonly envelope: RequestMeta;
  /** @internal */
  private readonly notifier: Notifier;

  /** @internal */
  constructor(round: Round<unknown>, meta: RequestMeta, exchange: Exchange, manual: ManualInput) {
    super(round);
    this.envelope = meta;
    this.principal = exchange.principal;
    this.request = exchange.request;
    this.inputResponses = manual.inputResponses;
    this.requestState = manual.requestState;
    this.notifier = new Notifier(meta, exchange);
  }

  /**
   * The `_meta` of this round's request without `io.modelcontextprotocol/*`: `traceparent`, and what
   * clients add. Not verified. `undefined` where no request is served.
   */
  get meta(): UnknownRecord | undefined {
    return customMeta(this.envelope);
  }

  /** The client: its name, and the capabilities that it declared in the first round. */
  get client(): ClientView {
    return clientView(this.envelope.clientInfo, this.round.flow.capabilities);
  }

  /**
   * Reports progress to a client that asked for it. Values must increase; others are dropped.
   * During the replay of recorded outcomes nothing is sent.
   *
   * @param progress how much is done, in a unit of your choice
   * @param total how much there is in all, in the same unit. Default: unknown.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/progress
   */
  progress(progress: number, total?: number, message?: string): void {
    if (!this.isMute) this.notifier.progress(progress, total, message);
  }

  /**
   * Sends a log message to a client that asked for this level or a lower one. Must not contain
   * secrets or personal data. During the replay of recorded outcomes nothing is sent.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/logging
   */
  log(level: LogLevel, data: unknown, logger?: string): void {
    if (!this.isMute) this.notifier.log(level, data, logger);
  }

  private get isMute(): boolean {
    return this.round.isReplaying || this.round.isOver;
  }
}
allowDestructuring(Context, ['progress', 'log']);
