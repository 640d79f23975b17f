/**
 * Random handlers on a host whose journal is in a store and whose workers die at any moment, beside
 * the same handlers in rounds whose state travels with the client.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HANGS, draws } from '../../src/base/test-support/fuzz.ts';
import type { RoundOutcome } from '../../src/flow/round/round-outcome.ts';
import { hash } from '../support/random-flows/chance.ts';
import { DurableFlow, codeOf } from '../support/random-flows/durable-flow.ts';
import { MovingFlow } from '../support/random-flows/moving-flow.ts';
import {
  MISAPPLIED,
  type Program,
  programs,
  runProgram,
  withoutRaces,
} from '../support/random-flows/programs.ts';
import { StatelessFlow } from '../support/random-flows/stateless-flow.ts';
import { VirtualWork } from '../support/random-flows/virtual-work.ts';
import type { Handler } from '../support/random-flows/worker.ts';

const DRAWS = draws(300);
const DEPTH = 3;

/** Where outcomes race, two runs may differ, as two days do; without races they may not. */
const ordered = (): fc.Arbitrary<Program> => programs(DEPTH).map(withoutRaces);

describe('F14 a flow in a store whose workers die', () => {
  it(
    `ends as it does in rounds (${DRAWS.numRuns} programs)`,
    async () => {
      await fc.assert(
        fc.asyncProperty(ordered(), fc.integer(), async (program, seed) => {
          const flow = new DurableFlow({ seed });
          const { outcome, runs } = await play(program, (handler) => flow.run(handler));
          expect(flow.store.violations).toEqual([]);
          expectOnePast(runs);
          expect(sorted(outcome)).toEqual(sorted(await playInRounds(program, seed)));
        }),
        DRAWS,
      );
    },
    HANGS,
  );

  it(
    `shows each of them what those before it have seen (${DRAWS.numRuns} programs)`,
    async () => {
      await fc.assert(
        fc.asyncProperty(programs(DEPTH), fc.integer(), async (program, seed) => {
          const flow = new DurableFlow({ seed });
          const { outcome, runs } = await play(program, (handler) => flow.run(handler));
          expect(flow.store.violations).toEqual([]);
          expectOnePast(runs);
          expect(outcome.status).toBe('complete');
        }),
        DRAWS,
      );
    },
    HANGS,
  );

  it(
    `P8 refuses damaged rows, and goes on where they are mended (${DRAWS.numRuns} programs)`,
    async () => {
      await fc.assert(
        fc.asyncProperty(programs(DEPTH), fc.integer(), async (program, seed) => {
          const flow = new DurableFlow({ seed, damages: true });
          const { outcome, runs } = await play(program, (handler) => flow.run(handler));
          expect(flow.store.violations).toEqual([]);
          expectOnePast(runs);
          expect(outcome.status).toBe('complete');
        }),
        DRAWS,
      );
    },
    HANGS,
  );

  it(
    `ends as it does in rounds if it is moved while it runs (${DRAWS.numRuns} programs)`,
    async () => {
      await fc.assert(
        fc.asyncProperty(ordered(), fc.integer(), async (program, seed) => {
          const flow = new MovingFlow(seed);
          const { outcome } = await play(program, (handler) => flow.run(handler));
          expect(flow.store.violations).toEqual([]);
          expect(sorted(outcome)).toEqual(sorted(await playInRounds(program, seed)));
        }),
        DRAWS,
      );
    },
    HANGS,
  );
});

describe('F7 a flow whose questions change while they are asked', () => {
  it(
    `takes no answer for another question, in a store and in rounds (${DRAWS.numRuns} programs)`,
    async () => {
      await fc.assert(
        fc.asyncProperty(programs(DEPTH), fc.integer(), async (program, seed) => {
          const stored = new Rewording(program, seed);
          const flow = new DurableFlow({ seed, onTakeover: () => stored.change() });
          expectEnd(await flow.run(stored.handler));
          expect(flow.store.violations).toEqual([]);

          const carried = new Rewording(program, seed);
          const rounds = new StatelessFlow(seed);
          expectEnd(await rounds.run(carried.handler, () => carried.change()));
          expect(rounds.violations).toEqual([]);
        }),
        DRAWS,
      );
    },
    HANGS,
  );
});

/** A program whose questions are worded anew from time to time. */
class Rewording {
  readonly handler: Handler;
  readonly #work = new VirtualWork();
  #generation = 0;
  #changes = 0;

  constructor(program: Program, seed: number) {
    this.handler = (ctx) => {
      const generation = this.#generation;
      const wording = (path: string): number => (hash(`${seed}/${path}/${generation}`) % 8) >> 2;
      return runProgram(program, ctx, { work: this.#work, wording });
    };
  }

  /** About every second time there is another wording, which may be that of a few before. */
  change(): void {
    if (hash(`${this.#changes++}`) % 2 === 0) this.#generation++;
  }
}

async function playInRounds(program: Program, seed: number): Promise<RoundOutcome<unknown>> {
  const { outcome } = await play(program, (handler) => new StatelessFlow(seed).run(handler));
  return outcome;
}

/** Runs `program`, and returns beside its end what each of its runs has seen, and when. */
async function play(
  program: Program,
  run: (handler: Handler) => Promise<RoundOutcome<unknown>>,
): Promise<{ outcome: RoundOutcome<unknown>; runs: readonly unknown[][] }> {
  const runs: unknown[][] = [];
  const work = new VirtualWork();
  const outcome = await run((ctx) => {
    const seen: unknown[] = [];
    runs.push(seen);
    const onSeen = (thing: unknown): unknown => seen.push([thing, ctx.now()]);
    return runProgram(program, ctx, { work, onSeen });
  });
  work.stop();
  return { outcome, runs };
}

/** What one run has seen is where all that go further begin. */
function expectOnePast(runs: readonly unknown[][]): void {
  const [longest] = runs.toSorted((a, b) => b.length - a.length);
  for (const seen of runs) expect(seen).toEqual(longest!.slice(0, seen.length));
}

/** What was seen, in no order. */
function sorted(outcome: RoundOutcome<unknown>): unknown {
  if (outcome.status !== 'complete') throw new Error(outcome.status, { cause: outcome });
  const { seen, ...rest } = outcome.result as { seen: readonly unknown[] };
  return { ...rest, seen: seen.map((thing) => JSON.stringify(thing)).sort() };
}

function expectEnd(outcome: RoundOutcome<unknown>): void {
  const end = codeOf(outcome) ?? outcome.status;
  expect(['complete', 'diverged', 'unstable_question']).toContain(end);
  expect(JSON.stringify(outcome)).not.toContain(MISAPPLIED);
}
