/** The long version of test/process/chaos.test.ts: `npm run chaos -- --flows 10000`. */
import { parseArgs } from 'node:util';
import { builtFolder } from '../support/build.ts';
import { chaos } from './chaos.ts';

const { values } = parseArgs({
  options: {
    flows: { type: 'string', default: '1000' },
    'at-once': { type: 'string', default: '48' },
    seed: { type: 'string', default: '1' },
  },
});

const begun = performance.now();
const seconds = (): string => `${Math.round((performance.now() - begun) / 1_000)} s`;
const flows = Number(values.flows);
/** Some times in a short run too. */
const atMost = (count: number, times: number): number => Math.min(count, Math.ceil(flows / times));

const { counts, wrong } = await chaos({
  build: builtFolder(),
  flows,
  atOnce: Number(values['at-once']),
  every: { kill: 25, rotation: atMost(500, 4), restart: atMost(700, 3) },
  longestLife: 300,
  seed: Number(values.seed),
  onProgress: (ended) => {
    if (ended % 100 === 0) console.log(`${seconds()}: ${ended} of ${flows} flows`);
  },
});

console.log(`\n${counts}\n`);
for (const each of wrong) console.log(`WRONG: ${each}`);
console.log(`${flows} flows in ${seconds()}: ${wrong.length} wrong`);
process.exitCode = wrong.length === 0 ? 0 : 1;
