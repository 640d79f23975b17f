/**
 * `npm run fuzz -- --seconds 300 --seed 1`. The numbers in `corpus.json` are of cases whose answers were
 * unlike each other: they are sent first, and `--keep` writes them anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});

const file = new URL('corpus.json', import.meta.url);
const corpus = JSON.parse(readFileSync(file, 'utf8')) as number[];
const end = performance.now() + Number(values.seconds) * 1_000;

function* numbers(): Generator<number> {
  yield* corpus;
  for (let number = 0; performance.now() < end; number++) yield number;
}

const found: number[] = [];
const { sent, answers, wrong } = await fuzz({
  seed: Number(values.seed),
  numbers: numbers(),
  onNew(number, answer) {
    found.push(number);
    if (!corpus.includes(number)) console.log(`case ${number}: ${answer}`);
  },
});

for (const each of wrong) console.log(`WRONG: ${each}`);
console.log(`${sent} requests, ${answers} kinds of answers, ${wrong.length} wrong`);
if (values.keep) {
  const sorted = found.toSorted((a, b) => a - b);
  writeFileSync(file, `${JSON.stringify(sorted)}\n`);
}
process.exitCode = wrong.length === 0 ? 0 : 1;
