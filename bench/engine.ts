/**
 * The engine alone, without HTTP, beside the budget of docs/design.md; and what sealing and
 * opening a state costs. `npm run bench:engine`.
 */
import * as z from 'zod';
import { FlowContext } from '../src/flow/context.ts';
import { DEFAULT_LIMITS, type FlowHost, type RoundInput } from '../src/flow/round/host.ts';
import { type Recorded, memoryJournal } from '../src/flow/journal/journal.ts';
import type { RoundOutcome } from '../src/flow/round/round-outcome.ts';
import { Round } from '../src/flow/round/round.ts';
import { systemScheduler, systemScope } from '../src/server/requests/runtime.ts';
import { ServerFlow } from '../src/server/flows/server-flow.ts';
import { sealingCosts } from './sealing.ts';
import { costOf } from './timing.ts';

const Answer = z.object({ reason: z.string().min(3) });
const NOTHING: Recorded = { entries: [], asked: [] };
const flow = ServerFlow.begin(Date.now(), 86_400_000, { elicitation: { form: {} } });

type Handler = (ctx: FlowContext) => Promise<string>;

/** Asks `count` questions, one after the other. */
function asking(count: number): Handler {
  return async (ctx) => {
    for (let number = 0; number < count; number++) {
      const message = `What is reason number ${number}?`;
      await ctx.elicit(`why-${number}`, { message, schema: Answer });
    }
    return 'done';
  };
}

function hostOf(recorded: Recorded): FlowHost {
  const journal = memoryJournal(recorded);
  return { scheduler: systemScheduler, scope: systemScope, flow, journal, limits: DEFAULT_LIMITS };
}

function play(host: FlowHost, handler: Handler, input?: RoundInput): Promise<RoundOutcome<string>> {
  const round = new Round<string>(host, input);
  return round.run(() => handler(new FlowContext(round)));
}

/** What is recorded when all of `count` questions have been answered. */
async function answered(count: number): Promise<Recorded> {
  let recorded = NOTHING;
  for (;;) {
    const [asked] = recorded.asked;
    const answer = { action: 'accept', content: { reason: 'because it is tested' } };
    const input = asked && { answers: { [asked.key]: answer } };
    const outcome = await play(hostOf(recorded), asking(count), input);
    if (outcome.status === 'complete') return outcome.recorded;
    if (outcome.status !== 'input_required') throw new Error(`the round ended ${outcome.status}`);
    recorded = outcome.recorded;
  }
}

function row(what: string, us: number, budget?: number): void {
  const verdict = budget === undefined ? '' : us < budget ? 'met' : 'MISSED';
  const limit = budget === undefined ? '' : `${budget} us`;
  const cells = [what.padEnd(44), `${us.toFixed(1)} us`.padStart(10), limit.padStart(10)];
  console.log(`${cells.join('')}  ${verdict}`.trimEnd());
}

console.log(`${''.padEnd(44)}${'cost'.padStart(10)}${'budget'.padStart(10)}`);
for (const entries of [0, 1, 10, 50]) {
  const host = hostOf(await answered(entries));
  const us = await costOf(() => play(host, asking(entries)));
  row(`a round that replays ${entries} entries and completes`, us, 2 + 4 * entries);
}
for (const entries of [0, 9]) {
  const host = hostOf(await answered(entries));
  const us = await costOf(() => play(host, asking(entries + 1)));
  row(`a round that replays ${entries} entries and suspends`, us, 15 + 4 * entries);
}
for (const { bytes, characters, seal, open } of await sealingCosts()) {
  row(`sealing ${bytes} bytes to ${characters} characters`, seal);
  row(`opening them`, open);
}
