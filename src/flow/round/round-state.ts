import type { Entry } from '../journal/journal.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { Ending } from './ending.ts';
import { History } from './history.ts';
import type { FlowHost, RoundInput } from './host.ts';
import type { PendingAsk } from './pending-ask.ts';
import { PendingAsks } from './pending-asks.ts';
import type { PendingStep } from './pending-step.ts';

/** A call the handler has made in this round. */
export type Call = PendingStep | PendingAsk;

/**
 * What is known of one round. Those who act on it are, from below: the stillness, the delivery, the
 * author's side and the host's; each calls the ones below it, and nothing in here calls any of them.
 */
export class RoundState {
  readonly host: FlowHost;
  readonly input: RoundInput;
  readonly calls: Map<string, Call> = new Map();
  readonly asks: PendingAsks;
  /** Keys of steps that run now. */
  readonly runningSteps: Set<string> = new Set();
  readonly queue: DeliveryQueue;
  readonly history: History;
  readonly ending: Ending = new Ending();
  /** When the round began, in ms since the epoch. */
  readonly startedAt: number;

  constructor(host: FlowHost, input: RoundInput) {
    this.host = host;
    this.input = input;
    this.asks = new PendingAsks(host.limits.sendings);
    this.queue = new DeliveryQueue(this.calls);
    this.history = new History(host.journal);
    this.startedAt = host.scheduler.now();
  }

  /** What the next round is to load: what was delivered, and what was not. */
  get entries(): readonly Entry[] {
    const { rest } = this.queue;
    return rest.length === 0 ? this.history.seen : [...this.history.seen, ...rest];
  }

  /** Ends the round with what is asked and what is recorded by now. */
  suspend(): void {
    const { entries } = this;
    this.ending.settle({ status: 'input_required', asks: this.asks.openAsks(), entries });
  }
}
