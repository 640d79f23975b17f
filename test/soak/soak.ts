/**
 * Clients of all kinds call one server for a while. It must give right results all the time, take no more
 * memory and no more of the processor as time goes on, and keep nothing when they have gone.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { Load } from './load.ts';
import { type Alive, type Sample, ServerProcess } from './server-process.ts';
import { type Trend, trendOf } from './trend.ts';

export interface SoakOptions {
  /** The folder of the built programs. */
  readonly build: string;
  readonly seconds: number;
  /** How many turns are played at once. Then a sample is taken. */
  readonly atOnce: number;
  /** Whether clients of the old protocol leave streams behind, which are kept for a minute. */
  readonly abandons: boolean;
  /** How much the last third may have of the middle one: of the heap, and of processor time. */
  readonly bounds: { readonly heap: number; readonly cost: number };
  /** How long what they have left behind may take to go away, in s. */
  readonly patience: number;
  /** Called with each sample. */
  readonly onSample?: (sample: Sample) => void;
}

export interface SoakReport {
  readonly turns: number;
  readonly heap: Trend;
  /** Of the server's processor time for a turn, in units that do not depend on the machine's load. */
  readonly cost: Trend;
  /** What there was before and after, by name. */
  readonly alive: Readonly<Record<'before' | 'after', Alive>>;
  /** What is not as it must be; empty if all is well. */
  readonly wrong: readonly string[];
}

/** Three of each third. */
const FEWEST_SAMPLES = 9;

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const postgres = await PostgresServer.start();
  try {
    const server = await ServerProcess.start(options.build, postgres.address);
    try {
      return await soaked(options, server, postgres);
    } finally {
      server.kill();
    }
  } finally {
    await postgres.remove();
  }
}

async function soaked(
  options: SoakOptions,
  server: ServerProcess,
  postgres: PostgresServer,
): Promise<SoakReport> {
  const load = new Load(server.url);
  await load.turn(options.abandons);
  const before = await atRest(server, options.patience);
  const { turns, heap, cost } = await play(options, load, server);
  await load.close();
  const after = await atRest(server, options.patience, before);
  const wrong = [
    ...load.wrong,
    ...(await wrongEffects(postgres, load.runs)),
    ...newIn(after, before),
    ...tooMuch('heap', heap, options.bounds.heap),
    ...tooMuch('processor time', cost, options.bounds.cost),
    ...((await server.ends(10_000)) ? [] : ['the server was closed, and did not end']),
    ...(server.complaints === '' ? [] : [`the server wrote: ${server.complaints.slice(0, 2_000)}`]),
  ];
  return { turns, heap, cost, alive: { before, after }, wrong };
}

/** Each sample is of the same work, and is taken while nothing is under way. */
async function play(
  { seconds, atOnce, abandons, onSample }: SoakOptions,
  load: Load,
  server: ServerProcess,
) {
  const samples: Sample[] = [];
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end || samples.length < FEWEST_SAMPLES) {
    await Promise.all(Array.from({ length: atOnce }, () => load.turn(abandons)));
    const sample = await server.sample();
    samples.push(sample);
    onSample?.(sample);
  }
  const heap = trendOf(samples.map((sample) => sample.heap));
  const cost = trendOf(samples.map((sample) => sample.cost / atOnce));
  return { turns: samples.length * atOnce, heap, cost };
}

/** What is alive once it is no more than `before`, or after so many seconds. Default: what does not change. */
async function atRest(server: ServerProcess, patience: number, before?: Alive): Promise<Alive> {
  const end = performance.now() + patience * 1_000;
  for (let last: Alive = {}; ;) {
    await pause(500);
    const alive = await server.count();
    const isRight = newIn(alive, before ?? last).length === 0;
    if (isRight || performance.now() > end) return alive;
    last = alive;
  }
}

/** What there is more of than there was. */
function newIn(after: Alive, before: Alive): string[] {
  const more = Object.entries(after).filter(([name, count]) => count > (before[name] ?? 0));
  return more.map(([name, count]) => `${name}: ${before[name] ?? 0} before, and ${count} after`);
}

function tooMuch(what: string, { middle, last, ratio }: Trend, bound: number): string[] {
  return ratio <= bound ? [] : [`${what} grows from ${middle} to ${last}`];
}

/** Nothing was lost and nothing killed: each run has written each of its effects once. */
async function wrongEffects(postgres: PostgresServer, runs: readonly string[]): Promise<string[]> {
  const rows = await postgres.query<{ run: string; name: string }>('select * from effects');
  const namesOf = new Map<string, string[]>();
  for (const { run, name } of rows) namesOf.set(run, [...(namesOf.get(run) ?? []), name]);
  const right = ['first second', 'paid reserved'];
  return runs.flatMap((run) => {
    const names = (namesOf.get(run) ?? []).toSorted().join(' ');
    return right.includes(names) ? [] : [`${run} has the effects: ${names}`];
  });
}
