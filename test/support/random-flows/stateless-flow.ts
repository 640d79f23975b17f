/** A flow in rounds whose state travels with the client, which answers some of the questions. */
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import type { OpenAsk } from '../../../src/flow/asks/ask.ts';
import type { Recorded } from '../../../src/flow/journal/journal.ts';
import { readJournal, writeJournal } from '../../../src/flow/journal/journal-json.ts';
import type { RoundOutcome } from '../../../src/flow/round/round-outcome.ts';
import { Play } from '../../../src/flow/test-support/play.ts';
import { answerTo } from './answers.ts';
import { Chance } from './chance.ts';
import { wireKey } from './flow-store.ts';
import { type Handler, LIMITS } from './worker.ts';

const MAX_ROUNDS = 400;

export class StatelessFlow {
  /** What the engine did although its rules say otherwise. */
  readonly violations: string[] = [];
  /** The digest of every question that was ever sent, by wire key. */
  readonly #sent = new Map<string, string>();
  readonly #seed: number;
  readonly #chance: Chance;

  constructor(seed: number) {
    this.#seed = seed;
    this.#chance = new Chance(`${seed} in rounds`);
  }

  /**
   * Runs the flow to its end.
   *
   * @param onRound called before each round
   */
  async run(handler: Handler, onRound = (): void => undefined): Promise<RoundOutcome<unknown>> {
    const play = new Play(handler, { limits: LIMITS, carry: throughJson });
    let answers: UnknownRecord = {};
    for (let round = 0; round < MAX_ROUNDS; round++) {
      onRound();
      const outcome: RoundOutcome<unknown> = await play.next(answers);
      if (outcome.status !== 'input_required') return outcome;
      answers = this.answers(outcome.asks);
    }
    throw new Error('the flow does not end');
  }

  /** What the client answers to the questions of a round: some of them. */
  answers(asks: readonly OpenAsk[]): UnknownRecord {
    for (const ask of asks) this.#check(ask);
    const answered = asks.filter((ask) => ask.request !== undefined && !this.#chance.oneIn(4));
    return Object.fromEntries(answered.map((ask) => [ask.key, answerTo(this.#seed, ask)]));
  }
  #check(ask: OpenAsk): void {
    const wire = wireKey(ask);
    const sent = this.#sent.get(wire);
    if (sent !== undefined && sent !== ask.question)
      this.violations.push(`${wire} is two questions`);
    this.#sent.set(wire, ask.question);
  }
}

/** What a round leaves behind, as the client carries it. */
export function throughJson(left: Recorded): Recorded {
  return readJournal(JSON.parse(JSON.stringify(writeJournal(left))));
}
