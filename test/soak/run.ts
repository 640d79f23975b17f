/** The long version of test/process/soak.test.ts: `npm run soak -- --minutes 5`. */
import { parseArgs } from 'node:util';
import { builtFolder } from '../support/build.ts';
import { soak } from './soak.ts';
import type { Trend } from './trend.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    'at-once': { type: 'string', default: '4' },
  },
});

const MIB = 1024 ** 2;

const { turns, heap, cost, alive, wrong } = await soak({
  build: builtFolder(),
  seconds: Number(values.minutes) * 60,
  atOnce: Number(values['at-once']),
  abandons: true,
  bounds: { heap: 1.03, cost: 1.25 },
  patience: 90,
  onSample({ heap: bytes, cost: units }) {
    console.log(`${(bytes / MIB).toFixed(2)} MiB, ${units.toFixed(1)} units of processor time`);
  },
});

function line(what: string, { middle, last, ratio }: Trend, unit: string): string {
  return `${what}: ${middle.toFixed(2)} ${unit}, then ${last.toFixed(2)} ${unit}: ${ratio.toFixed(3)}`;
}

const inMib = { ...heap, middle: heap.middle / MIB, last: heap.last / MIB };
console.log(`\n${turns} turns`);
console.log(line('heap', inMib, 'MiB'));
console.log(line('processor time a turn', cost, 'units'));
console.log(
  `alive before: ${JSON.stringify(alive.before)}\nalive after:  ${JSON.stringify(alive.after)}`,
);
for (const each of wrong) console.log(`WRONG: ${each}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
