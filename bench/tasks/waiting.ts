/** What tasks cost that wait for a person, and whether one more costs more beside many of them. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Query } from '../../src/stores/sql/executor.ts';
import { AT_ONCE, atOnce, pause } from './at-once.ts';
import type { Database, Kind } from './databases.ts';
import { seed } from './seed.ts';
import { TaskClient, serverOf } from './task-client.ts';

/** How many tasks of one caller. */
const EACH = 500;

/** How many tasks are played beside those that wait. */
const PLAYED = 20;

const TABLES = ['task', 'lease', 'ask', 'sealed'];

/** Of one task that is played from its call to its end, beside others that wait. */
interface Cost {
  /** ms of this process, and of the database where it is in this process. */
  readonly cpu: number;
  /** Rows of tables that the database reads; nothing, where there is none. */
  readonly rows: number | undefined;
}

/**
 * @param wired how many tasks are created by calls
 * @param seeded how many there are in the end: the others are copies in the store
 */
export async function measureWaiting(kind: Kind, wired: number, seeded: number): Promise<void> {
  const database = await kind.open();
  const waiting = new Waiting(database);
  await waiting.play();
  const before = await waiting.measure();
  await waiting.fill(wired);
  const after = await waiting.measure();
  const per = (what: keyof typeof after): number => (after[what] - before[what]) / wired;
  const stored = database.query
    ? `${Math.round(per('bytes')).toLocaleString('en')} bytes in ${per('rows').toFixed(1)} rows, `
    : '';
  console.log(
    `\n  ${kind.name}: a task that waits is ${stored}${Math.round(per('heap'))} bytes of heap`,
  );
  let first: Cost | undefined;
  for (let count = wired; count <= seeded; count *= 10) {
    await seed(database, await waiting.one(), count - wired);
    const cost = await waiting.cost();
    console.log(line(count, cost, (first ??= cost)));
  }
  await waiting.close();
  await database.close();
}

function line(count: number, { cpu, rows }: Cost, first: Cost): string {
  const beside = `    one more beside ${count.toLocaleString('en').padStart(7)}: `;
  const time = `${cpu.toFixed(1)} ms of CPU (${(cpu / first.cpu).toFixed(2)})`;
  if (rows === undefined) return beside + time;
  return `${beside}${time}, ${rows.toFixed(0)} rows read (${(rows / first.rows!).toFixed(2)})`;
}

class Waiting {
  readonly #database: Database;
  readonly #server;
  #onEnd: () => void = () => undefined;
  #one: string | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.#server = serverOf(database, () => this.#onEnd());
    this.#server.work(AT_ONCE);
  }

  async fill(count: number): Promise<void> {
    const clients = Array.from({ length: Math.ceil(count / EACH) }, (_, i) => this.#client(`${i}`));
    const taskIds: string[] = [];
    await atOnce(count, async (n) => {
      taskIds.push(await clients[Math.floor(n / EACH)]!.call('asks'));
    });
    await this.#untilAsking(taskIds);
    this.#one = taskIds[0]!;
  }

  /** One that waits. */
  async one(): Promise<string> {
    return this.#one!;
  }

  /** Plays tasks from their calls to their ends, one after another. */
  async play(): Promise<void> {
    const client = this.#client('another');
    for (let i = 0; i < PLAYED; i++) {
      const taskId = await client.call('asks');
      await this.#untilAsking([taskId]);
      const ended = new Promise<void>((resolve) => (this.#onEnd = resolve));
      await client.sayYes(taskId);
      await ended;
    }
    // The last one is written.
    await pause(200);
  }

  async cost(): Promise<Cost> {
    await this.play();
    const { query, connections } = this.#database;
    const read = query && (await rowsRead(query, connections));
    const before = process.cpuUsage();
    await this.play();
    const { user, system } = process.cpuUsage(before);
    const rows = query && ((await rowsRead(query, connections)) - read!) / PLAYED;
    return { cpu: (user + system) / 1_000 / PLAYED, rows };
  }

  async measure(): Promise<{ heap: number; bytes: number; rows: number }> {
    const { query } = this.#database;
    collectGarbage();
    const heap = process.memoryUsage().heapUsed;
    const tables = query ? await Promise.all(TABLES.map((table) => sizeOf(query, table))) : [];
    const sum = (what: 'bytes' | 'rows'): number =>
      tables.reduce((all, table) => all + table[what], 0);
    return { heap, bytes: sum('bytes'), rows: sum('rows') };
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #client(name: string): TaskClient {
    return new TaskClient(this.#server, name);
  }

  /** Looks seldom: each look reads rows. */
  async #untilAsking(taskIds: readonly string[]): Promise<void> {
    let left = taskIds;
    for (let first = true; left.length > 0; first = false) {
      await pause(first ? 100 : 20);
      const tasks = await this.#database.tasks.read(left.slice(0, 500));
      const waiting = tasks.filter(({ status }) => status === 'input_required');
      const done = new Set(waiting.map(({ taskId }) => taskId));
      left = left.filter((taskId) => !done.has(taskId));
    }
  }
}

async function sizeOf(query: Query, table: string): Promise<{ bytes: number; rows: number }> {
  const [size] = await query<{ bytes: number; rows: number }>(
    `select pg_total_relation_size('rondo.${table}')::float8 as bytes,
      (select count(*) from rondo.${table})::float8 as rows`,
  );
  return size!;
}

/** Each session counts for itself until it is asked. */
async function rowsRead(query: Query, connections: number): Promise<number> {
  const seconds = connections > 1 ? 0.2 : 0;
  const flush = `select pg_stat_force_next_flush(), pg_sleep(${seconds})`;
  await Promise.all(Array.from({ length: connections }, () => query(flush)));
  const [read] = await query<{ rows: number }>(
    `select sum(seq_tup_read + idx_tup_fetch)::float8 as rows from pg_stat_user_tables
    where relid in (${TABLES.map((table) => `'rondo.${table}'::regclass`).join(', ')})`,
  );
  return read!.rows;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
