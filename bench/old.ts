/**
 * Clients of 2025-11-25: what their calls and whole flows cost a Rondo server, beside the official
 * SDK with sessions and its default without them: `npm run bench:old`. Only processor time of the
 * server is compared, since the client here takes more of it than the fastest server.
 */
import { bodyOf, headersOf } from './message.ts';
import { ARGUMENTS, CASES } from './cases.ts';
import { OldCaller } from './old-caller.ts';
import { ServerProcess } from './server-process.ts';
import { median } from './stats.ts';

/** One thing that is done again and again, on a server that was started for it. */
interface Work {
  readonly name: string;
  readonly server: string;
  /** How many questions the tool asks. */
  readonly questions: 0 | 1;
  /** Makes what does it once. */
  prepare(port: number): Promise<(id: number) => Promise<void>>;
}

const CALLERS = 16;
const WARM_UP = 3_000;
const COUNT = 2_000;
const ROUNDS = 5;

const oldCall = async (port: number): Promise<() => Promise<void>> => {
  const caller = new OldCaller(port);
  await caller.begin();
  return () => caller.greet();
};

const oldFlow = async (port: number): Promise<(id: number) => Promise<void>> => {
  const caller = new OldCaller(port);
  await caller.begin();
  return (id) => caller.interview(id);
};

/** The same call from a client of this revision. */
const newCall = async (port: number): Promise<() => Promise<void>> => {
  const plain = CASES[0]!;
  const [body, headers] = [bodyOf(plain, {}), headersOf(plain)];
  return async () => {
    const response = await fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', headers, body });
    const text = await response.text();
    if (!text.includes(`Hello, ${ARGUMENTS.name}.`)) throw new Error(`not a greeting: ${text}`);
  };
};

const PLAIN: readonly Work[] = [
  { name: 'rondo, 2025-11-25', server: 'rondo', questions: 0, prepare: oldCall },
  { name: 'rondo, 2026-07-28', server: 'rondo', questions: 0, prepare: newCall },
  { name: 'official 1.32, sessions', server: 'official-sessions', questions: 0, prepare: oldCall },
  { name: 'official 2.4, stateless', server: 'official', questions: 0, prepare: oldCall },
];

const FLOW: readonly Work[] = [
  { name: 'rondo, 2025-11-25', server: 'rondo', questions: 1, prepare: oldFlow },
  { name: 'official 1.32, sessions', server: 'official-sessions', questions: 1, prepare: oldFlow },
];

await compare('a plain call', PLAIN);
await compare('a flow with one question', FLOW);

async function compare(what: string, works: readonly Work[]): Promise<void> {
  console.log(`\n${what.padEnd(28)}CPU us    Rondo is`);
  const running = await Promise.all(works.map(start));
  const costs = works.map((): number[] => []);
  for (const one of running) await one.take(WARM_UP);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, one] of running.entries()) costs[index]!.push(await one.take(COUNT));
  }
  await Promise.all(running.map((one) => one.server.stop()));
  const rondo = median(costs[0]!);
  for (const [index, { name }] of works.entries()) {
    const cost = median(costs[index]!);
    const ratio = index === 0 ? '' : `${(cost / rondo).toFixed(2)}x`;
    console.log(`  ${name.padEnd(26)}${cost.toFixed(0).padStart(6)}${ratio.padStart(12)}`);
  }
}

interface Running {
  readonly server: ServerProcess;
  /** Does it so many times; resolves with the processor time of one, in us. */
  take(count: number): Promise<number>;
}

async function start({ server: name, questions, prepare }: Work): Promise<Running> {
  const server = await ServerProcess.start(name, [String(questions)]);
  const work = await prepare(server.port);
  let id = 0;
  const take = async (count: number): Promise<number> => {
    const before = await server.cpuTime();
    let left = count;
    const repeat = async (): Promise<void> => {
      while (left-- > 0) await work(++id);
    };
    await Promise.all(Array.from({ length: CALLERS }, repeat));
    return ((await server.cpuTime()) - before) * (1_000 / count);
  };
  return { server, take };
}
