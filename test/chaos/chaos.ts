/**
 * Thousands of flows of several rounds, while everything that can fail does: instances are killed, at random
 * moments and at each point of a round, replies are lost and doubled, keys are rotated and dropped, the store
 * is restarted. Each flow must have its right result, and each effect must exist as often as is promised.
 */
import { Client } from '../../src/client/index.ts';
import { freePort } from '../support/free-port.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { Chance } from '../support/random-flows/chance.ts';
import { Counts } from './counts.ts';
import { Instances } from './instances.ts';
import { lossyFetch } from './lossy-fetch.ts';
import { Nginx } from './nginx.ts';
import { type Ending, type Flow, Player, TOOLS } from './play.ts';
import { wrongEffects, wrongEnding } from './verdict.ts';

export interface ChaosOptions {
  /** The folder of the built programs. */
  readonly build: string;
  readonly flows: number;
  /** How many flows are played at once. */
  readonly atOnce: number;
  /** After how many flows something is killed, rotated (and the old keys dropped), restarted. */
  readonly every: { readonly kill: number; readonly rotation: number; readonly restart: number };
  readonly longestLife: number;
  /** Of the decisions; when processes get to run decides the rest. */
  readonly seed: number;
  /** Called after each flow. */
  readonly onProgress?: (ended: number, counts: Counts) => void;
}

export interface ChaosReport {
  readonly counts: Counts;
  /** What is not as it was promised; empty if all is well. */
  readonly wrong: readonly string[];
}

/** Runs once have leases that are short, whatever the server asks for: others take over soon. */
const SHORT_LEASES = `
create table effects (key text primary key, run text, name text);
create table attempts (run text);
create table stamps (run text);
create function shorten() returns trigger language plpgsql as $$ begin
  new.lease_until := least(new.lease_until, (extract(epoch from clock_timestamp()) * 1000)::bigint + 1500);
  return new;
end $$;
create trigger shorten before insert or update on rondo.guard
  for each row when (new.state = 'running') execute function shorten();`;

export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const counts = new Counts();
  const chance = new Chance(options.seed);
  const postgres = await PostgresServer.start();
  const ports = [await freePort(), await freePort(), await freePort()];
  const nginx = await Nginx.start(ports);
  const { address } = postgres;
  const instances = await Instances.start({ ...options, address, chance, counts }, ports);
  try {
    await postgres.query(SHORT_LEASES);
    const disasters = disastersOf(options, { instances, postgres, counts });
    return await playAll(options, { nginx, postgres, chance, counts, disasters });
  } finally {
    await instances.stop();
    await nginx.stop();
    await postgres.remove();
  }
}

interface Disasters {
  /** Called after each flow, with the number of those that have ended. */
  after(ended: number, player: Player): void;
  /** How often keys were dropped although clients had states under them. */
  drops(): number;
  settled(): Promise<void>;
}

function disastersOf(
  { every }: ChaosOptions,
  of: { instances: Instances; postgres: PostgresServer; counts: Counts },
): Disasters {
  const { instances, postgres, counts } = of;
  let all: Promise<void> = Promise.resolve();
  let [rotations, drops] = [0, 0];
  const dropUnused = async (player: Player): Promise<void> => {
    await instances.rotate();
    await instances.drop(player.idle());
    counts.add('keys dropped that are not used');
  };
  const dropUsed = async (): Promise<void> => {
    await instances.rotate();
    drops++;
    await instances.drop(Promise.resolve());
    counts.add('keys dropped that are used');
  };
  const rotate = (player: Player): Promise<void> =>
    ++rotations % 2 === 1 ? player.thinkDuring(dropUsed) : dropUnused(player);
  const restart = async (): Promise<void> => {
    await postgres.halt();
    await postgres.run();
    counts.add('store restarted');
  };
  return {
    after(ended, player) {
      if (ended % every.kill === 0) instances.kill();
      if (ended % every.rotation === 0) all = all.then(() => rotate(player));
      if (ended % every.restart === 0) all = all.then(restart);
    },
    drops: () => drops,
    settled: () => all,
  };
}

interface Stage {
  readonly nginx: Nginx;
  readonly postgres: PostgresServer;
  readonly chance: Chance;
  readonly counts: Counts;
  readonly disasters: Disasters;
}

async function playAll(options: ChaosOptions, stage: Stage): Promise<ChaosReport> {
  const { nginx, postgres, chance, counts, disasters } = stage;
  const { fetch, settled } = lossyFetch(chance, counts);
  const client = new Client(nginx.url, {
    name: 'chaos',
    version: '1.0.0',
    legacy: 'never',
    http: { fetch },
    onElicit: () => ({ action: 'cancel' }),
  });
  const player = new Player(client, chance, counts);
  const flows = Array.from({ length: options.flows }, (_, i) => flowNumber(i));
  const endings = new Map<Flow, Ending>();
  const wrong: string[] = [];
  const play = async (flow: Flow): Promise<void> => {
    const drops = disasters.drops();
    const ending = await player.play(flow);
    endings.set(flow, ending);
    counts.add(ending === 'refused' ? `${flow.tool}: refused` : `${flow.tool}: ended`);
    if (ending === 'refused' && disasters.drops() > drops) {
      counts.add('flows begun again');
      return play(begunAgain(flow));
    }
    wrong.push(...wrongEnding(flow, ending));
  };
  let ended = 0;
  await atOnce(options.atOnce, flows, async (flow) => {
    await play(flow);
    disasters.after(++ended, player);
    options.onProgress?.(ended, counts);
  });
  await Promise.all([settled(), disasters.settled()]);
  await client.close();
  return { counts, wrong: [...wrong, ...(await wrongEffects(postgres, endings, counts))] };
}

function flowNumber(i: number): Flow {
  const tool = TOOLS[i % TOOLS.length]!;
  return { run: `run-${i}`, tool, amount: i * 7, isNamed: i % 2 === 0 };
}

/** As its user would, who cannot go on with it. */
function begunAgain(flow: Flow): Flow {
  return { ...flow, run: `${flow.run} again` };
}

async function atOnce<T>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
}
