/**
 * Reads of single tasks, as one statement for those that are asked for while others are on their way.
 * Each begins after it was asked for: what was committed by then is seen (K4).
 */
import type { TaskRecord } from '../../tasks/contract.ts';

type Read = (taskIds: readonly string[]) => Promise<readonly TaskRecord[]>;

interface Waiting {
  readonly taskId: string;
  resolve(task: TaskRecord | undefined): void;
  reject(error: unknown): void;
}

/** How many statements run at once: a slow one does not hold up the others. */
const AT_ONCE = 2;

/** How many tasks a statement reads: each may have a result of 4 MiB. */
const MOST = 20;

export class BatchedReads {
  readonly #read: Read;
  #waiting: Waiting[] = [];
  #running = 0;

  constructor(read: Read) {
    this.#read = read;
  }

  read(taskId: string): Promise<TaskRecord | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ taskId, resolve, reject });
      if (this.#running < AT_ONCE) void this.#readAll();
    });
  }

  async #readAll(): Promise<void> {
    this.#running++;
    while (this.#waiting.length > 0) await this.#readSome(this.#waiting.splice(0, MOST));
    this.#running--;
  }

  async #readSome(some: readonly Waiting[]): Promise<void> {
    try {
      const tasks = await this.#read([...new Set(some.map(({ taskId }) => taskId))]);
      const byId = new Map(tasks.map((task) => [task.taskId, task]));
      for (const { taskId, resolve } of some) resolve(byId.get(taskId));
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }
}
