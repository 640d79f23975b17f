/** A round as its extension sees it: it can outlive its request, and move to another host. */
import type { UnknownRecord } from '../../base/json/json.ts';
import { quote } from '../../base/quote.ts';
import type { Logger } from '../../base/logging/logger.ts';
import type { Ask } from '../../flow/asks/ask.ts';
import type { MovedRound } from '../../flow/round/move.ts';
import { RondoError } from '../../base/errors.ts';
import type { RoundOutcome } from '../../flow/round/round-outcome.ts';
import type { Round } from '../../flow/round/round.ts';
import type { Live, RoundParts } from '../extension.ts';
import { type Finished, finish } from '../requests/finished.ts';
import type { Context } from './context.ts';
import { isInputRequired } from './manual-round.ts';
import type { BegunRound } from './round-end.ts';
import type { RoundReport } from './round-report.ts';

/** A round that is ready to be played. */
export interface ReadyRound extends BegunRound {
  readonly round: Round<unknown>;
  readonly context: Context;
  readonly report: RoundReport | undefined;
}

/** Plays a round, and turns its outcome into its end. */
export interface RoundPlayer {
  readonly options: { readonly logger: Logger };
  play(ready: ReadyRound): Promise<RoundOutcome<unknown>>;
  write(ready: ReadyRound, outcome: RoundOutcome<unknown>): string | Promise<string>;
}

export class LiveRound implements Live {
  finished!: Promise<Finished>;
  owner: unknown;
  readonly #ready: ReadyRound;
  #isLetGo = false;
  #goesOn: boolean;
  #whenSuspended: Finished | undefined;

  constructor(ready: ReadyRound, { owner, onDisconnect, whenSuspended }: RoundParts) {
    this.#ready = ready;
    this.owner = owner;
    this.#goesOn = onDisconnect === 'go on';
    this.#whenSuspended = whenSuspended;
  }

  start(player: RoundPlayer): void {
    this.#connect();
    this.#follow(player.play(this.#ready), player);
  }

  /** Takes on a round that runs already. */
  takeOn(outcome: Promise<RoundOutcome<unknown>>, player: RoundPlayer): void {
    this.#connect();
    this.#follow(outcome, player);
  }

  #connect(): void {
    const { inFlight } = this.#ready.call.exchange;
    inFlight.start({ cancel: (reason) => this.#disconnected(reason) });
  }

  #follow(outcome: Promise<RoundOutcome<unknown>>, player: RoundPlayer): void {
    const { call } = this.#ready;
    const where = `${call.method} ${quote(call.target)}`;
    const end = async (): Promise<Finished> => {
      const ended = await outcome;
      this.#over();
      const instead = ended.status === 'input_required' ? this.#whenSuspended : undefined;
      if (instead !== undefined) return this.#suspended(ended, instead);
      const judged = this.#whenSuspended === undefined ? ended : withoutManual(ended);
      const write = (): string | Promise<string> => player.write(this.#ready, judged);
      return finish(write, where, player.options.logger);
    };
    this.finished = end();
  }

  get wasAborted(): boolean {
    return this.#ready.round.wasAborted;
  }

  get age(): number {
    return this.#ready.round.age;
  }

  get settled(): Promise<void> {
    return this.#ready.round.settled;
  }

  deliver(answers: UnknownRecord): readonly string[] {
    return this.#ready.round.deliver(answers);
  }

  ask<T>(ask: Ask<T>, known?: { readonly answer: unknown }): Promise<T> {
    return this.#ready.round.authorSide.ask(ask, known);
  }

  async moveTo(
    { owner, onDisconnect, whenSuspended, ...parts }: RoundParts,
    save?: (moved: MovedRound) => void | PromiseLike<void>,
  ): Promise<MovedRound> {
    const moved = await this.#ready.round.moveTo(parts, save);
    if (owner !== undefined) this.owner = owner;
    if (onDisconnect !== undefined) this.#goesOn = onDisconnect === 'go on';
    if (whenSuspended !== undefined) this.#whenSuspended = whenSuspended;
    return moved;
  }

  letGo(): void {
    if (this.#isLetGo) return;
    this.#isLetGo = true;
    this.#ready.context.letGo();
    this.#ready.call.exchange.inFlight.done();
  }

  suspend(): void {
    this.#ready.round.suspend();
  }

  cancel(reason: string): void {
    this.#ready.round.cancel(reason);
  }

  fail(error: unknown): void {
    this.#ready.round.authorSide.fail(error);
  }

  #suspended(outcome: RoundOutcome<unknown>, instead: Finished): Finished {
    this.#ready.report?.suspended(outcome);
    return instead;
  }

  #over(): void {
    if (!this.#isLetGo) this.#ready.call.exchange.inFlight.done();
  }

  #disconnected(reason: string): void {
    if (this.#goesOn) this.letGo();
    else this.cancel(reason);
  }
}

/** Questions by hand go out with the reply, and are answered by the next request: here there is neither. */
function withoutManual(outcome: RoundOutcome<unknown>): RoundOutcome<unknown> {
  if (outcome.status !== 'complete' || !isInputRequired(outcome.result)) return outcome;
  const message =
    'The handler returned inputRequired() in a task, where nobody gets its questions. Ask with ' +
    'ctx.elicit() and the like.';
  return { status: 'failed', error: new RondoError('mixed_asks', message) };
}
