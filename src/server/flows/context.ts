import { allowDestructuring } from '../../base/destructuring.ts';
import { RondoError, invalidOptions } from '../../base/errors.ts';
import { quote } from '../../base/quote.ts';
import { FlowContext } from '../../flow/context.ts';
import type { Round } from '../../flow/round/round.ts';
import type { Exchange } from '../../protocol/dispatcher.ts';
import type { UnknownRecord } from '../../base/json/json.ts';
import type { Principal } from '../../protocol/principal.ts';
import { LOG_LEVELS, type LogLevel } from '../../protocol/results.ts';
import { type ClientView, clientView } from '../requests/client-view.ts';
import type { ContextMember, ContextMembers, Live } from '../extension.ts';
import { Notifier } from '../requests/notifier.ts';
import { type RequestMeta, customMeta } from '../requests/request-meta.ts';

/** What the last round leaves for a handler that returns `inputRequired(...)`. */
export interface ManualInput {
  readonly inputResponses: UnknownRecord | undefined;
  readonly requestState: string | undefined;
}

/** @internal A round that extensions know, and what they add to its context. */
export interface Extended {
  readonly live: Live;
  readonly members: ContextMembers;
}

/** The context of a handler: its flow, and the request of this round. */
export class Context extends FlowContext {
  /** The verified caller; `undefined` without authentication. */
  readonly principal: Principal | undefined;
  /** Answers to the questions of `inputRequired(...)` in the last round, not validated. */
  readonly inputResponses: UnknownRecord | undefined;
  /** The `requestState` that `inputRequired(...)` was given in the last round. */
  readonly requestState: string | undefined;
  /** @internal The request; `undefined` once it is over and the round goes on. */
  private served: { readonly meta: RequestMeta; readonly exchange: Exchange } | undefined;
  /** @internal */
  private readonly clientInfo: RequestMeta['clientInfo'];
  /** @internal */
  private notifier: Notifier | undefined;
  /** @internal */
  private extended: Extended | undefined;
  /** @internal */
  private extension: (() => Extended) | undefined;

  /** @internal */
  constructor(round: Round<unknown>, meta: RequestMeta, exchange: Exchange, manual: ManualInput) {
    super(round);
    this.served = { meta, exchange };
    this.clientInfo = meta.clientInfo;
    this.principal = exchange.principal;
    this.inputResponses = manual.inputResponses;
    this.requestState = manual.requestState;
    this.notifier = new Notifier(meta, exchange);
  }

  /**
   * The request of this round, as its transport has it. Over HTTP, on every platform, a `RequestHead`:
   * `method`, `url` and `headers.get(name)`. `undefined` over other transports, and where no request
   * is served any more.
   */
  get request(): unknown {
    return this.served?.exchange.request;
  }

  /**
   * The `_meta` of this round's request without `io.modelcontextprotocol/*`: `traceparent`, and what
   * clients add. Not verified. `undefined` where no request is served.
   */
  get meta(): UnknownRecord | undefined {
    return this.served && customMeta(this.served.meta);
  }

  /** The client: its name, and the capabilities that it declared in the first round. */
  get client(): ClientView {
    return clientView(this.clientInfo, this.round.flow.capabilities);
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
    if (!Number.isFinite(progress)) this.round.misused('progress', NO_PROGRESS);
    else if (!this.isMute) this.notifier?.progress(progress, total, message);
  }

  /**
   * Sends a log message to a client that asked for this level or a lower one. Must not contain
   * secrets or personal data. During the replay of recorded outcomes nothing is sent.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/logging
   */
  log(level: LogLevel, data: unknown, logger?: string): void {
    if (!LOG_LEVELS.includes(level)) this.round.misused('log', noLevel(level));
    else if (!this.isMute) this.notifier?.log(level, data, logger);
  }

  /**
   * From here on the flow is a task, which goes on after the reply. Needs a server with a store for
   * tasks.
   */
  detach(): Promise<void> {
    return this.member('detach');
  }

  /**
   * Waits `ms` ms, at most as long as a task lasts (`tasks.ttl`). In a task the flow occupies nothing in the
   * meantime. Needs a store for tasks.
   *
   * @param ms a time that is over is not waited for
   */
  sleep(key: string, ms: number): Promise<void> {
    return this.checked(() => {
      const full = this.fullKey(key);
      if (!Number.isFinite(ms)) throw noTime(full);
      return this.member('sleep', full, Math.max(0, Math.ceil(ms)));
    });
  }

  /** Sets the message that a task shows of itself, of at most 4,096 characters. Needs a store for tasks. */
  status(message: string): void {
    if (!isStatus(message)) this.round.misused('status', NO_STATUS);
    else if (!this.isMute) void this.member('status', message);
  }

  /** @internal Connects it with the round that an extension has wrapped. */
  extend(live: Live, members: ContextMembers): void {
    this.extended = { live, members };
  }

  /** @internal Does so when one of these members is used. */
  extendLater(extension: () => Extended): void {
    this.extension = extension;
  }

  /** @internal The request is over; the round is not. */
  letGo(): void {
    this.served = undefined;
    this.notifier = undefined;
  }

  private member<T>(name: ContextMember, ...args: unknown[]): Promise<T> {
    return this.checked(() => {
      this.extended ??= this.extension?.();
      const does = this.extended?.members[name];
      if (this.extended === undefined || does === undefined) throw needsStore(name);
      return this.endingRound(does(this.extended.live, ...(args as never[])) as T);
    });
  }

  private get isMute(): boolean {
    return this.round.isReplaying || this.round.isOver;
  }
}
allowDestructuring(Context, ['progress', 'log', 'detach', 'sleep', 'status']);

const LONGEST_STATUS = 4_096;

const NO_STATUS = `ctx.status(message) needs a text of at most ${LONGEST_STATUS} characters. Nothing was set.`;

function isStatus(message: unknown): boolean {
  return typeof message === 'string' && message.length <= LONGEST_STATUS;
}

function noTime(key: string): RondoError {
  return invalidOptions(`ctx.sleep(${quote(key)}, ms) needs a number of ms.`);
}

const NO_PROGRESS = 'ctx.progress(progress, total?, message?) needs a number. Nothing was sent.';

function noLevel(level: unknown): string {
  const given = typeof level === 'string' ? quote(level) : 'what is no text';
  const levels = LOG_LEVELS.join(', ');
  return `ctx.log(level, data) got ${given} as its level. Nothing was sent. There are: ${levels}.`;
}

function needsStore(name: ContextMember): RondoError {
  const message = `ctx.${name}() needs a server with a store for tasks: new McpServer(info, { store }).`;
  return new RondoError('needs_store', message);
}
