/** Waits until something has happened to one task, whichever instance runs it. */
import { News } from '../../base/news.ts';
import type { TaskRecord } from '../contract.ts';
import type { TaskHost } from '../runs/task-host.ts';

/** How often to look without a hint, in ms. */
const INTERVAL = 1_000;

export interface Watched {
  readonly taskId: string;
  /** Reads the task; `undefined` if there is none for this caller. */
  read(): Promise<TaskRecord | undefined>;
  /** Whether this is what is waited for. */
  isEnough(task: TaskRecord): boolean;
  /** How long to wait, in ms. */
  readonly ms: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** The task when it is enough, or when the time is over. */
export async function watchTask(
  { store, waiting }: TaskHost,
  { taskId, read, isEnough, ms, signal }: Watched,
): Promise<TaskRecord | undefined> {
  const endsAt = performance.now() + ms;
  const over = new AbortController();
  const end = (): void => over.abort();
  const news = new News();
  const stop = store.wakeUps.listen((id = taskId) => {
    if (id === taskId) news.happened();
  });
  signal.addEventListener('abort', end, { once: true });
  waiting.add(end);
  try {
    for (;;) {
      const task = await read();
      const left = endsAt - performance.now();
      const isOver = left <= 0 || over.signal.aborted || signal.aborted;
      if (isOver || task === undefined || isEnough(task)) return task;
      await news.wait(Math.min(left, INTERVAL), over.signal);
    }
  } finally {
    stop();
    waiting.delete(end);
    signal.removeEventListener('abort', end);
  }
}
