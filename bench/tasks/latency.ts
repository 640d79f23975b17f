/** From an answer that one process takes until the handler goes on in another. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { atOnce, pause } from './at-once.ts';
import { type Database, openSchema } from './databases.ts';
import { TaskClient, serverOf } from './task-client.ts';

export const SCHEMA = 'latency';

/** What the other process sends when a handler goes on. */
export interface WentOn {
  readonly number: number;
  readonly at: number;
}

const TOGETHER = 20;

/** A clock that processes of one machine share, in ms. */
export function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** @param count how many answers are given one at a time; and as many times 20 at once */
export async function measureLatency(address: string, count: number): Promise<void> {
  const database = await openSchema(address, SCHEMA);
  const server = serverOf(database, () => undefined);
  const client = new TaskClient(server);
  const program = fileURLToPath(new URL('latency-worker.ts', import.meta.url));
  const worker = fork(program, [address]);
  await once(worker, 'message');
  const wentOn = new Map<number, (at: number) => void>();
  worker.on('message', ({ number, at }: WentOn) => wentOn.get(number)?.(at));
  const answer = async (taskId: string, number: number): Promise<number> => {
    const at = new Promise<number>((resolve) => wentOn.set(number, resolve));
    const start = clock();
    await client.sayYes(taskId);
    return (await at) - start;
  };
  const measure = async (times: number, limit: number): Promise<number[]> => {
    const taskIds = await begin(database, client, times);
    const found: number[] = [];
    await atOnce(times, async (n) => found.push(await answer(taskIds[n]!, n)), limit);
    return found.toSorted((a, b) => a - b);
  };
  await measure(TOGETHER, 1);
  const single = await measure(count, 1);
  const together = await measure(Math.min(count * TOGETHER, 900), TOGETHER);
  console.log(`  one at a time  ${percentiles(single)}   goal: p50 under 10 ms`);
  console.log(`  20 at once     ${percentiles(together)}   goal: p99 under 100 ms`);
  worker.kill();
  await once(worker, 'exit');
  await server.close();
  await database.close();
}

/** Tasks that ask. */
async function begin(database: Database, client: TaskClient, count: number): Promise<string[]> {
  const taskIds: string[] = [];
  await atOnce(count, async (n) => (taskIds[n] = await client.call('asks', n)));
  for (;;) {
    const tasks = await database.tasks.read(taskIds);
    // Who has asked also lets go of its task.
    if (tasks.every(({ status }) => status === 'input_required'))
      return pause(500).then(() => taskIds);
    await pause(50);
  }
}

function percentiles(sorted: readonly number[]): string {
  const at = (part: number): string =>
    `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(1)} ms`;
  return `p50 ${at(0.5).padStart(8)}   p99 ${at(0.99).padStart(8)}`;
}
