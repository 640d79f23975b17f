import { FlowContext } from '../../flow/context.ts';
import type { Round } from '../../flow/round/round.ts';
import type { Exchange } from '../../protocol/dispatcher.ts';
import type { UnknownRecord } from '../../base/json.ts';
import type { Principal } from '../../protocol/principal.ts';
import type { LogLevel } from '../../protocol/results.ts';
import { type ClientView, clientView } from '../requests/client-view.ts';
import { Notifier } from '../requests/notifier.ts';
import type { RequestMeta } from '../requests/request-meta.ts';

/** What a hand-written handler finds of the last round. */
export interface ManualInput {
  readonly inputResponses: UnknownRecord | undefined;
  readonly requestState: string | undefined;
}

/** What every handler is given: its flow, and the request that this round of it answers. */
export class Context extends FlowContext {
  /** Who is calling, as `authenticate` found; `undefined` without authentication. */
  readonly principal: Principal | undefined;
  /** The transport's request: of this round only. */
  readonly request: unknown;
  /** Answers to what `inputRequired(...)` asked in the last round, not validated. */
  readonly inputResponses: UnknownRecord | undefined;
  /** What `inputRequired(...)` was given as `requestState` in the last round. */
  readonly requestState: string | undefined;
  /** @internal */
  private readonly meta: RequestMeta;
  /** @internal */
  private readonly notifier: Notifier;

  /** @internal */
  constructor(round: Round<unknown>, meta: RequestMeta, exchange: Exchange, manual: ManualInput) {
    super(round);
    this.meta = meta;
    this.principal = exchange.principal;
    this.request = exchange.request;
    this.inputResponses = manual.inputResponses;
    this.requestState = manual.requestState;
    this.notifier = new Notifier(meta, exchange);
  }

  /** The client as it declared itself in the first round. */
  get client(): ClientView {
    return clientView(this.meta.clientInfo, this.round.flow.capabilities);
  }

  /**
   * Reports progress to a client that asked for it. Values must rise; others are dropped, as is
   * everything while recorded outcomes are handed back.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/progress
   */
  progress(progress: number, total?: number, message?: string): void {
    if (!this.isMute) this.notifier.progress(progress, total, message);
  }

  /**
   * Logs to a client that asked for this level or a lower one. No secrets, no
   * personal data. Mute while recorded outcomes are handed back.
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
