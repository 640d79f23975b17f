/**
 * One process at a time continues a flow: two would send the same answers, and do the work twice. The
 * lock is beside the file, since the system's folder for temporary files is another one for each user,
 * service and shell. A process that is killed leaves it there; the next one that takes it removes it.
 */
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { lockPath } from '../../base/process-lock.ts';
import { UsageError } from '../failure.ts';
import { why } from '../system-words.ts';

/**
 * Does `work` while no other process has the file.
 *
 * @param path of the file, which need not be there yet
 * @throws UsageError naming the process that has it; or if it cannot be locked
 */
export async function withFlowLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = await lockFlow(path);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function lockFlow(path: string): ReturnType<typeof lockPath> {
  const inUse = (holder: string): UsageError =>
    new UsageError(`${path} is in use: ${holder} continues this flow. Wait for its end.`);
  try {
    const real = realPath(path);
    return await lockPath(real, `${real}.lock`, inUse, 0);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `The folder of ${path} has to be writable, for a lock against other processes: ${why(error)}.`,
    );
  }
}

/** The same for every way to write it, links included. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realpathSync(dirname(path)), basename(path));
  }
}
