import { invalidOptions } from '../base/errors.ts';
import { having } from '../base/options/option-checks.ts';

/**
 * @param of what it was given to: 'redisGuard()'
 * @param methods those that are used
 * @throws RondoError `invalid_options` for something else than a client, such as a URL
 */
export function assertClient(of: string, client: unknown, ...methods: readonly string[]): void {
  if (having(...methods)(client) === undefined) return;
  throw invalidOptions(`${of} takes a client of the package redis or ioredis.`);
}
