/**
 * A random handler, played twice: parked in one process with its answers handed in, and again with
 * every round in a fresh engine that knows only the state the last one left. Both must see the same
 * things in the same order, and run each step once (F1, F6, F10, F14).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HANGS, draws } from '../../src/base/test-support/fuzz.ts';
import type { FlowContext } from '../../src/flow/context.ts';
import { VirtualWork } from '../support/random-flows/virtual-work.ts';
import { type Program, programs, runProgram } from '../support/random-flows/programs.ts';
import { type Played, playParked, playReplayed } from '../support/random-flows/players.ts';

const DRAWS = draws(1_000);

describe('random handlers', () => {
  it(
    `see the same in one life as over many (${DRAWS.numRuns} programs)`,
    async () => {
      await fc.assert(
        fc.asyncProperty(programs(), fc.integer(), async (program, seed) => {
          const parked = await play(playParked, program, seed);
          const replayed = await play(playReplayed, program, seed);
          expect(replayed.result).toEqual(parked.result);
          expect(replayed.executions).toEqual(parked.executions);
          expect(Object.values(replayed.executions).every((count) => count === 1)).toBe(true);
        }),
        DRAWS,
      );
    },
    HANGS,
  );
});

type Player = (
  handler: (ctx: FlowContext) => Promise<unknown>,
  work: VirtualWork,
  seed: number,
) => Promise<Played>;

async function play(player: Player, program: Program, seed: number) {
  const work = new VirtualWork();
  const played = await player((ctx) => runProgram(program, ctx, { work }), work, seed);
  work.stop();
  return { ...played, executions: work.executions };
}
