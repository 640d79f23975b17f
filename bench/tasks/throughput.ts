/** Tasks a second, from their calls until all have completed, beside queues on the same database. */
import { median, medianRatio } from '../stats.ts';
import type { Query } from '../../src/stores/sql/executor.ts';
import { atOnce, pause } from './at-once.ts';
import type { Database, Kind } from './databases.ts';
import { BATCH, type Queue, pgBoss, rowQueue } from './queues.ts';
import { TaskClient, type Tool, serverOf } from './task-client.ts';

const ROUNDS = 3;

/** Nothing is as fast in its first seconds: what is measured still grew after 900. */
const WARM_UP = 3_000;

const CASES = [
  { tool: 'plain', what: 'no question', jobs: 1 },
  { tool: 'asks', what: 'one question', jobs: 2 },
] as const;

/** @param count how many tasks a round has */
export async function compare(kind: Kind, count: number): Promise<void> {
  const database = await kind.open();
  const queues = await queuesOn(kind, database);
  const tasks = new TaskRuns(database);
  for (const { tool, what, jobs } of CASES) {
    await tasks.rate(tool, WARM_UP);
    for (const queue of queues) await queue.rate(WARM_UP, jobs);
    const own: number[] = [];
    const others = queues.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      own.push(await tasks.rate(tool, count));
      for (const [i, queue] of queues.entries()) others[i]!.push(await queue.rate(count, jobs));
    }
    const beside = queues.map(({ name }, i) => besideOf(name, own, others[i]!));
    const cells = [
      kind.name.padEnd(12),
      what.padEnd(14),
      whole(median(own)).padStart(7),
      ...beside,
    ];
    console.log(`  ${cells.join('')}`.trimEnd());
  }
  await tasks.close();
  for (const queue of queues) await queue.close();
  await database.close();
}

async function queuesOn({ address }: Kind, { query }: Database): Promise<Queue[]> {
  const rows = query === undefined ? [] : [await rowQueue(query)];
  return address === undefined ? rows : [await pgBoss(address), ...rows];
}

function besideOf(name: string, own: readonly number[], others: readonly number[]): string {
  const ratio = medianRatio(own, others).toFixed(2);
  return `   ${ratio} of ${name} (${whole(median(others))})`;
}

function whole(number: number): string {
  return Math.round(number).toLocaleString('en');
}

async function countCompleted(query: Query, taskIds: readonly string[]): Promise<number> {
  const text = `select count(*)::integer as count from rondo.task
    where task_id = any($1) and ended = 'completed'`;
  return (await query<{ count: number }>(text, [taskIds]))[0]!.count;
}

class TaskRuns {
  readonly #database: Database;
  readonly #server;
  readonly #client: TaskClient;
  #ended = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#server = serverOf(database, () => this.#ended++);
    this.#client = new TaskClient(this.#server);
    this.#server.work(BATCH);
  }

  async rate(tool: Tool, count: number): Promise<number> {
    this.#ended = 0;
    const taskIds: string[] = [];
    const start = performance.now();
    const stop = tool === 'asks' ? this.#answerAll() : undefined;
    await atOnce(count, async () => taskIds.push(await this.#client.call(tool)));
    while (this.#ended < count || !(await this.#areCompleted(taskIds))) await pause(5);
    stop?.();
    return count / ((performance.now() - start) / 1_000);
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** Says yes to each question as soon as something has happened to its task. */
  #answerAll(): () => void {
    const answered = new Set<string>();
    const look = async (taskId: string): Promise<void> => {
      const { status } = await this.#client.get(taskId);
      if (status !== 'input_required' || answered.has(taskId)) return;
      answered.add(taskId);
      await this.#client.sayYes(taskId);
    };
    return this.#database.tasks.wakeUps.listen((taskId) => {
      if (taskId !== undefined && !answered.has(taskId)) void look(taskId);
    });
  }

  /** Counts them where a database can, as is done for queues: reading them all would cost as much as a write. */
  async #areCompleted(taskIds: readonly string[]): Promise<boolean> {
    const { query, tasks } = this.#database;
    if (query !== undefined) return (await countCompleted(query, taskIds)) === taskIds.length;
    return (await tasks.read(taskIds)).every(({ status }) => status === 'completed');
  }
}
