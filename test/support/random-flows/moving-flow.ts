/** A flow that begins in rounds, of which one is moved to a store while it runs. */
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import { FlowContext } from '../../../src/flow/context.ts';
import { type Recorded, memoryJournal } from '../../../src/flow/journal/journal.ts';
import type { RoundOutcome } from '../../../src/flow/round/round-outcome.ts';
import { Round } from '../../../src/flow/round/round.ts';
import { testHost } from '../../../src/flow/test-support/host.ts';
import { Chance, turns } from './chance.ts';
import { DurableFlow } from './durable-flow.ts';
import type { FlowStore } from './flow-store.ts';
import { StatelessFlow, throughJson } from './stateless-flow.ts';
import { type Ended, type Handler, LIMITS } from './worker.ts';

type Outcome = RoundOutcome<unknown>;

export class MovingFlow {
  readonly #chance: Chance;
  readonly #client: StatelessFlow;
  readonly #durable: DurableFlow;
  #recorded: Recorded = { entries: [], asked: [] };
  #answers: UnknownRecord = {};

  constructor(seed: number) {
    this.#chance = new Chance(`${seed} is moved`);
    this.#client = new StatelessFlow(seed);
    this.#durable = new DurableFlow({ seed });
  }

  get store(): FlowStore {
    return this.#durable.store;
  }

  /** Runs the flow to its end. */
  async run(handler: Handler): Promise<Outcome> {
    for (;;) {
      const host = testHost(memoryJournal(this.#recorded), { limits: LIMITS });
      const round = new Round(host, { answers: this.#answers });
      const outcome = round.run(() => handler(new FlowContext(round)));
      const ended = this.#chance.oneIn(2) ? await this.#move(round, outcome) : undefined;
      if (ended !== undefined) return this.#durable.run(handler, ended);
      const left = await outcome;
      if (left.status === 'complete') return left;
      // Of a round that was cancelled the client hears nothing, and sends it again.
      if (left.status === 'input_required') this.#goOn(left);
    }
  }

  #goOn({ asks, recorded }: Extract<Outcome, { status: 'input_required' }>): void {
    this.#recorded = throughJson(recorded);
    this.#answers = this.#client.answers(asks);
  }

  /** Moves the round at some moment. Returns how it ends there, or nothing if it was not moved. */
  async #move(round: Round, outcome: Promise<Outcome>): Promise<Ended | undefined> {
    await turns(this.#chance.below(8));
    if (this.#chance.oneIn(3)) await refuse(round);
    const worker = this.#durable.next();
    return (await worker.adopt(round)) ? worker.follow(outcome) : undefined;
  }
}

/** A move that fails and leaves everything as it was. */
async function refuse(round: Round): Promise<void> {
  const save = async (): Promise<void> => {
    await turns(2);
    throw new Error('no row');
  };
  const journal = { ...memoryJournal(), append: () => Promise.reject(new Error('not moved')) };
  await round.moveTo({ journal, onStill: () => undefined }, save).catch(() => undefined);
}
