/** One process at a time has a directory. */
import { join } from 'node:path';
import { RondoError } from '../../base/errors.ts';
import { type ProcessLock, lockPath } from '../../base/process-lock.ts';

/**
 * @param directory its real path
 * @param wait for how long, in ms
 * @throws RondoError `directory_in_use`
 */
export function lockDirectory(directory: string, wait = 5_000): Promise<ProcessLock> {
  const inUse = (holder: string): RondoError =>
    new RondoError(
      'directory_in_use',
      `Another store has ${directory}: ${holder}. One process at a time can use it; for several, ` +
        'there is postgresStore().',
    );
  return lockPath(directory, join(directory, 'rondo.lock'), inUse, wait);
}
