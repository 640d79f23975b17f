/**
 * What is added to a round by something that a server may have: `npm run bench:once`, `bench:telemetry`.
 * Only processor time of the servers is compared. There is one for each way, all in one process, and they
 * take turns of a fraction of a second: what slows the machine down slows all of them down.
 */
import { parseArgs } from 'node:util';
import { builtFolder } from '../test/support/build.ts';
import { CASES, type Case } from './cases.ts';
import { freePort } from '../test/support/free-port.ts';
import { bodyOf, requestText } from './message.ts';
import { Generator } from './generator.ts';
import { play } from './play.ts';
import { ServerProcess } from './server-process.ts';
import { median, medianRatio } from './stats.ts';

/** A way to serve: a name that `test/programs/measured.ts` knows, and where its store is. */
export interface Way {
  readonly name: string;
  readonly address?: string;
}

const PROGRAM = `${builtFolder()}/test/programs/measured.js`;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '40' } } });
const ROUNDS = Number(values.rounds);

const CONNECTIONS = 8;
const SECONDS = 0.25;
const FLOWS = 40;
const WARM_UP = 8;

/** Keeps the server at a port busy for a while. Resolves with how many rounds it has served. */
type Work = (port: number) => Promise<number>;

/** The plain call of each way, beside that of the first. */
export async function comparePlainCalls(ways: readonly Way[]): Promise<void> {
  const plain = caseNamed('plain');
  const generator = new Generator();
  await compare('a plain call', ways, async (port) => {
    const request = requestText(plain, port, bodyOf(plain, {}));
    const job = { caseName: plain.name, port, request };
    return (await generator.run({ ...job, connections: CONNECTIONS, seconds: SECONDS })).requests;
  });
  generator.close();
}

/** A round of a flow that asks once, of each way beside the first: each flow is a new one. */
export async function compareRounds(ways: readonly Way[]): Promise<void> {
  const flow = caseNamed('retry');
  await compare('a round that asks, or brings the answer', ways, async (port) => {
    let left = FLOWS;
    const repeat = async (): Promise<void> => {
      while (left-- > 0) await play(flow, port);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, repeat));
    return 2 * FLOWS;
  });
}

function caseNamed(name: Case['name']): Case {
  return CASES.find((each) => each.name === name)!;
}

async function compare(what: string, ways: readonly Way[], work: Work): Promise<void> {
  const ports = await Promise.all(ways.map(() => freePort()));
  const served = ways.map((way, index) => ({ ...way, port: ports[index] }));
  const server = await ServerProcess.startProgram(PROGRAM, [JSON.stringify(served)]);
  /** Processor time of one round, in us. */
  const take = async (port: number): Promise<number> => {
    const before = await server.cpuTime();
    const count = await work(port);
    return ((await server.cpuTime()) - before) * (1_000 / count);
  };
  for (let i = 0; i < WARM_UP; i++) for (const port of ports) await take(port);
  const costs = ways.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    // Each is first, and last, equally often.
    for (let turn = 0; turn < ways.length; turn++) {
      const index = (round + turn) % ways.length;
      costs[index]!.push(await take(ports[index]!));
    }
  }
  await server.stop();
  report(what, ways, costs);
}

function report(what: string, ways: readonly Way[], costs: readonly (readonly number[])[]): void {
  const [first] = costs;
  console.log(`\n${what.padEnd(42)}CPU us     added     ratio`);
  for (const [index, { name }] of ways.entries()) {
    const own = costs[index]!;
    const added = median(own.map((cost, round) => cost - first![round]!));
    const cells = [median(own).toFixed(1), added.toFixed(1), medianRatio(own, first!).toFixed(3)];
    console.log(`  ${name.padEnd(36)}${cells.map((cell) => cell.padStart(10)).join('')}`);
  }
}
