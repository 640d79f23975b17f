/** Random handlers as tasks, of servers that share a store and die, beside the same in rounds. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HANGS, draws } from '../../src/base/test-support/fuzz.ts';
import {
  type Program,
  programs,
  runProgram,
  withoutRaces,
} from '../support/random-flows/programs.ts';
import { StatelessFlow } from '../support/random-flows/stateless-flow.ts';
import { TaskFlow } from '../support/random-flows/task-flow.ts';
import { VirtualWork } from '../support/random-flows/virtual-work.ts';
import type { Handler } from '../support/random-flows/worker.ts';

const DRAWS = draws(100);

it(
  `K1 K2 F14 a task ends as its flow does in rounds, whoever dies (${DRAWS.numRuns} programs)`,
  async () => {
    let deaths = 0;
    await fc.assert(
      fc.asyncProperty(programs(3).map(withoutRaces), fc.integer(), async (program, seed) => {
        const flow = new TaskFlow(seed);
        const task = await play(program, (handler) => flow.run(handler));
        deaths += flow.deaths;
        const { result } = task as { result: { content: { text: string }[] } };
        const rounds = await play(program, (handler) => new StatelessFlow(seed).run(handler));
        expect(task).toMatchObject({ status: 'completed' });
        const ended = JSON.parse(result.content[0]!.text) as object;
        expect(sorted(ended)).toEqual(sorted((rounds as { result: object }).result));
      }),
      DRAWS,
    );
    expect(deaths).toBeGreaterThan(DRAWS.numRuns / 4);
  },
  HANGS,
);

async function play<T>(program: Program, run: (handler: Handler) => Promise<T>): Promise<T> {
  const work = new VirtualWork();
  const ended = await run((ctx) => runProgram(program, ctx, { work }));
  work.stop();
  return ended;
}

/** What was seen, in no order, as JSON, without what the secret of each flow decides. */
function sorted(ended: object): unknown {
  const text = JSON.stringify(ended).replaceAll(/[\w-]{22} (?=done|failed)/g, '');
  const {
    seen,
    random: _,
    uuid: __,
    ...rest
  } = JSON.parse(text) as {
    seen: readonly unknown[];
    random: number;
    uuid: string;
  };
  return { ...rest, seen: seen.map((thing) => JSON.stringify(thing)).sort() };
}
