import { readOptions } from '../../base/options/options.ts';
import { RondoError } from '../../base/errors.ts';
import { type Dispatcher, type Working, assertDispatcher } from '../../protocol/dispatcher.ts';
import { WORKER_OPTIONS, type WorkerOptions } from '../../protocol/worker-options.ts';

/**
 * Works the tasks of a server, and serves no requests: for a process of its own beside those that
 * serve it with `worker: false`. Close it to leave what it has begun to others.
 *
 * @throws RondoError `invalid_options`; `needs_store` for a server without a store that has tasks
 */
export function startWorker(server: Dispatcher, options: WorkerOptions = {}): Working {
  assertDispatcher('startWorker()', server);
  const { concurrency = 10 } = readOptions(WORKER_OPTIONS, options);
  const working = server.work?.(concurrency);
  if (working !== undefined) return working;
  throw new RondoError('needs_store', 'startWorker() needs a server with a store that has tasks.');
}
