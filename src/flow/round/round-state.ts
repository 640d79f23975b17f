import type { Entry, Recorded } from '../journal/journal.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { Ending } from './ending.ts';
import { History } from './history.ts';
import type { FlowHost, RoundInput, Scheduler } from './host.ts';
import type { PendingAsk } from './calls/pending-ask.ts';
import { PendingAsks } from './pending-asks.ts';
import type { PendingStep } from './calls/pending-step.ts';
import { SafeScheduler } from './safe-scheduler.ts';

/** A call the handler has made in this round. */
export type Call = PendingStep | PendingAsk;

/**
 * What a round is made of: its asks, steps, queue, history and end. Four classes act on it, from
 * the bottom up: `Stillness`, `Delivery`, `AuthorSide` (what the handler calls) and `Round` (what
 * the host calls). Each calls only the ones below it; this class calls none of them.
 */
export class RoundState {
  /** Another one once the round has been moved. */
  host: FlowHost;
  readonly input: RoundInput;
  readonly calls: Map<string, Call> = new Map();
  readonly asks: PendingAsks = new PendingAsks();
  /** Keys of steps that run now, or wait for the host before they do. */
  readonly runningSteps: Set<string> = new Set();
  readonly queue: DeliveryQueue;
  readonly history: History;
  readonly ending: Ending;
  /** The host's, for callbacks that run author code: an error in one ends the round. */
  readonly scheduler: Scheduler;
  /** When the round began, in ms since the epoch. */
  readonly startedAt: number;
  /** Whether the host wants the round to end as soon as nothing runs. */
  isToEnd = false;
  /** Whether the handler has been called, and has neither returned nor thrown. */
  isHandlerRunning = false;
  /** Whether the handler has made a call after the end. */
  hasLateCall = false;
  /** Called when something that the round's settling depends on has changed. */
  onSettling: (() => void) | undefined;

  constructor(host: FlowHost, input: RoundInput) {
    this.host = host;
    this.input = input;
    this.queue = new DeliveryQueue(this.calls);
    this.ending = new Ending((error) => this.reportCleanUp(error));
    this.history = new History(
      () => this.host.journal,
      (error) => this.ending.abort(error),
    );
    this.scheduler = new SafeScheduler(host.scheduler, (error) => this.ending.fail(error));
    this.startedAt = host.scheduler.now();
  }

  /** What the next round must load. */
  get recorded(): Recorded {
    const { rest } = this.queue;
    const { seen } = this.history;
    const entries: readonly Entry[] = rest.length === 0 ? seen : [...seen, ...rest];
    const { asked, dropped } = this.asks.recorded;
    return dropped === undefined ? { entries, asked } : { entries, asked, dropped };
  }

  /** Reports what author code threw that has no other way to be seen. */
  reportCleanUp(error: unknown): unknown {
    return this.host.onCleanUpFailed?.(error);
  }

  /** Ends the round with the open questions and the entries recorded so far. */
  suspend(): void {
    const { recorded } = this;
    this.ending.settle({ status: 'input_required', asks: this.asks.openAsks(), recorded });
  }
}
