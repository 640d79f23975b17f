import { FlowContext } from '../../../src/flow/context.ts';
import type { OpenAsk } from '../../../src/flow/asks/ask.ts';
import { type Recorded, memoryJournal } from '../../../src/flow/journal/journal.ts';
import { readJournal, writeJournal } from '../../../src/flow/journal/journal-json.ts';
import type { RoundOutcome } from '../../../src/flow/round/round-outcome.ts';
import { Round } from '../../../src/flow/round/round.ts';
import { testHost } from '../../../src/flow/test-support/host.ts';
import { Play } from '../../../src/flow/test-support/play.ts';
import { KeyRing, generateKey } from '../../../src/state/key-ring.ts';
import { StateSeal, sealedProtection } from '../../../src/state/state-seal.ts';
import { NOW, testState } from '../../../src/state/test-support/state.ts';
import { reply } from './answers.ts';
import { hash } from './chance.ts';
import type { VirtualWork } from './virtual-work.ts';

export interface Played {
  readonly result: unknown;
}

type Handler = (ctx: FlowContext) => Promise<unknown>;

/** Far more rounds than any program needs, since some answers are withheld for a round. */
const MAX_ROUNDS = 400;

const LIMITS = { entries: 10_000, roundTimeout: 20_000 };

/** One engine for the whole flow; answers are handed to the running handler. */
export async function playParked(
  handler: Handler,
  _work: VirtualWork,
  seed: number,
): Promise<Played> {
  const client = new Client(seed);
  let round!: Round;
  const host = testHost(memoryJournal(), {
    limits: LIMITS,
    onStill(asks) {
      client.countRound();
      // As if the answers had come over the wire: not in the turn that asked.
      setImmediate(() => {
        const answers = client.answer(asks);
        for (const ask of asks) if (ask.kind === 'checkpoint') answers[ask.key] = null;
        round.deliver(answers);
      });
    },
  });
  round = new Round(host);
  return { result: finish(await round.run(() => handler(new FlowContext(round)))) };
}

/** A fresh engine every round, which has nothing but a key and the sealed state of the last one. */
export async function playReplayed(
  handler: Handler,
  _work: VirtualWork,
  seed: number,
): Promise<Played> {
  const client = new Client(seed);
  const play = new Play(handler, { limits: LIMITS, carry: throughSealedState });
  let answers: Record<string, unknown> = {};
  for (;;) {
    const outcome = await play.next(answers);
    if (outcome.status !== 'input_required') return { result: finish(outcome) };
    client.countRound();
    answers = client.answer(outcome.asks);
  }
}

const KEY = generateKey();

function throughSealedState(left: Recorded): Recorded {
  const sealed = stateBox().seal(testState({ content: writeJournal(left) }));
  const { content } = stateBox().open(sealed, { ...testState().binding, accepts: [] });
  return readJournal(content);
}

function stateBox(): StateSeal {
  return new StateSeal(sealedProtection(new KeyRing([KEY])), 10_000_000, () => NOW);
}

function finish(outcome: RoundOutcome<unknown>): unknown {
  if (outcome.status === 'complete') return outcome.result;
  if (outcome.status === 'input_required') throw new Error('never complete');
  throw new Error(`the round ended as ${outcome.status}: ${String(outcome.error)}`, {
    cause: outcome.error,
  });
}

/** Answers by a rule that knows only the question and how often it has been put. */
class Client {
  readonly #seed: number;
  readonly #seen = new Map<string, number>();
  #rounds = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  countRound(): void {
    if (++this.#rounds > MAX_ROUNDS) throw new Error('the flow does not end');
  }

  answer(asks: readonly OpenAsk[]): Record<string, unknown> {
    const answers: Record<string, unknown> = {};
    for (const ask of asks) {
      if (ask.kind === 'checkpoint') continue;
      const times = this.#seen.get(ask.key) ?? 0;
      this.#seen.set(ask.key, times + 1);
      const roll = hash(`${this.#seed}/${ask.key}/${times}`) % 10;
      if (roll < 2 && times < 4) continue;
      answers[ask.key] =
        roll === 3 ? { action: 'accept', content: { confirm: 'maybe' } } : reply(ask, roll);
    }
    return answers;
  }
}
