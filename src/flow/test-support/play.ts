import type { UnknownRecord } from '../../base/json/json.ts';
import type { OpenAsk } from '../asks/ask.ts';
import { FlowContext } from '../context.ts';
import type { Recorded } from '../journal/journal.ts';
import { memoryJournal } from '../journal/journal.ts';
import type { RoundOutcome } from '../round/round-outcome.ts';
import type { RoundInput } from '../round/host.ts';
import { Round } from '../round/round.ts';
import { type TestHostOptions, testHost } from './host.ts';

export interface PlayOptions extends TestHostOptions {
  /** Takes what a round leaves behind to the next. Default: through JSON. */
  readonly carry?: (left: Recorded) => Recorded;
}

export type Handler<R = unknown> = (ctx: FlowContext) => R | Promise<R>;

/**
 * Plays a handler round by round, each in a fresh engine that knows only what the last one left behind.
 */
export class Play<R = unknown> {
  handler: Handler<R>;
  recorded: Recorded = { entries: [], asked: [] };
  /** The engine of the last round. */
  round!: Round<R>;
  rounds = 0;
  readonly #options: TestHostOptions;
  readonly #carry: (left: Recorded) => Recorded;

  constructor(handler: Handler<R>, { carry = throughJson, ...options }: PlayOptions = {}) {
    this.handler = handler;
    this.#options = options;
    this.#carry = carry;
  }

  /** Begins a round without waiting for its end. */
  start(input: RoundInput = {}): Promise<RoundOutcome<R>> {
    this.rounds++;
    const round = new Round<R>(testHost(memoryJournal(this.recorded), this.#options), input);
    this.round = round;
    return round.run(() => this.handler(new FlowContext(round)));
  }

  /** Runs a round; what it leaves behind is what the next one begins with. */
  async next(answers?: UnknownRecord): Promise<RoundOutcome<R>> {
    const outcome = await this.start({ answers });
    if (outcome.status === 'input_required') this.recorded = this.#carry(outcome.recorded);
    return outcome;
  }

  /** Runs a round that must end by asking; returns what it asks, by key. */
  async asks(answers?: UnknownRecord): Promise<Record<string, OpenAsk>> {
    const outcome = await this.next(answers);
    if (outcome.status !== 'input_required') throw unexpected(outcome);
    return Object.fromEntries(outcome.asks.map((ask) => [ask.key, ask]));
  }

  /** Runs a round that must complete; returns its result. */
  async result(answers?: UnknownRecord): Promise<R> {
    const outcome = await this.next(answers);
    if (outcome.status !== 'complete') throw unexpected(outcome);
    return outcome.result;
  }

  /** Runs a round that must fail; returns the error. */
  async failure(answers?: UnknownRecord): Promise<Error & { code?: string }> {
    const outcome = await this.next(answers);
    if (outcome.status !== 'failed') throw unexpected(outcome);
    return outcome.error as Error;
  }
}

function throughJson(left: Recorded): Recorded {
  return JSON.parse(JSON.stringify(left)) as Recorded;
}

function unexpected(outcome: RoundOutcome<unknown>): Error {
  const cause = 'error' in outcome ? outcome.error : undefined;
  return new Error(`the round ended as ${outcome.status}: ${String(cause)}`, { cause });
}

/** An accepted form. */
export function accept(content: UnknownRecord): UnknownRecord {
  return { action: 'accept', content };
}

/** A yes to `ctx.confirm`. */
export const YES: UnknownRecord = accept({ confirm: true });
