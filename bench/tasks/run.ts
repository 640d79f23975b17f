/** Tasks beside queues, and many that wait: `npm run bench:tasks`. */
import { parseArgs } from 'node:util';
import { EMBEDDED, MEMORY, startPostgres } from './databases.ts';
import { measureLatency } from './latency.ts';
import { compare } from './throughput.ts';
import { measureWaiting } from './waiting.ts';

const HELP = `usage: npm run bench:tasks -- [options]

Measures tasks in memory, in a directory, and in a PostgreSQL that it starts.

  --tasks <n>      tasks in a round of the first part (100)
  --waiting <n>    tasks that wait, created by calls (500)
  --seeded <n>     tasks that wait in the end, in steps of ten times (5000)
  --answers <n>    answers whose way is measured (20)
  --only <store>   memory, embedded or PostgreSQL
  --full           1000 tasks, 10000 waiting, 100000 seeded, 200 answers
  --help           this text
`;

const FULL = { tasks: '1000', waiting: '10000', seeded: '100000', answers: '200' };
const SMALL = { tasks: '100', waiting: '500', seeded: '5000', answers: '20' };

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const { values } = parseArgs({
  options: {
    tasks: text,
    waiting: text,
    seeded: text,
    answers: text,
    only: text,
    full: flag,
    help: flag,
  },
});

if (values.help) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const { only } = values;
  const size = { ...(values.full ? FULL : SMALL), ...values };
  const isAsked = (name: string): boolean => only === undefined || only === name;
  const postgres = isAsked('PostgreSQL') ? await startPostgres() : undefined;
  const kinds = [MEMORY, EMBEDDED].filter(({ name }) => isAsked(name));
  const all = postgres === undefined ? kinds : [...kinds, postgres];
  try {
    console.log('tasks a second, from the call to completed, and part of what a queue reaches:\n');
    for (const kind of all) await compare(kind, Number(size.tasks));
    console.log('\ntasks that wait for a person, and one more beside them (to the first line):');
    for (const kind of all) await measureWaiting(kind, Number(size.waiting), Number(size.seeded));
    if (postgres === undefined) return;
    console.log('\nfrom an answer in one process to the handler that goes on in another:\n');
    await measureLatency(postgres.address, Number(size.answers));
  } finally {
    await postgres?.stop();
  }
}
