import { invalidOptions } from '../base/errors.ts';
import { positive, nonEmptyText } from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import { guardExtension } from '../guard/extension.ts';
import { type Guard, guardThat } from '../server/store.ts';
import { StoreSecret } from '../stored/store-secret.ts';
import { assertClient } from './assert-client.ts';
import { MEMORY } from './guard-scripts.ts';
import { type Eval, RedisGuardStore } from './redis-guard-store.ts';

/** A client of the package `redis`, as far as a guard uses it. */
export interface NodeRedisScripts {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A client of the package `ioredis`, as far as a guard uses it. */
export interface IoRedisScripts {
  readonly status: string;
  eval(script: string, numberOfKeys: number, ...args: string[]): Promise<unknown>;
}

/** Options of {@link redisGuard}. */
export interface RedisGuardOptions {
  /**
   * With which the names of entries are made, the same on all instances and for as long as the guard is
   * used: at least 32 characters. `npx mcp-rondo keygen` makes one. It is no state key.
   */
  readonly secret: string;
  /** How long the reply of a round that runs once is kept, in ms. Default 10 minutes. */
  readonly replyTtl?: number;
  /** What the names of all its keys begin with. Default `rondo:guard:`. */
  readonly prefix?: string;
}

const OPTIONS: OptionSet<RedisGuardOptions> = {
  of: 'redisGuard()',
  table: {
    secret: (value) =>
      typeof value === 'string' && value.length >= 32
        ? undefined
        : 'must be text of at least 32 characters',
    replyTtl: positive,
    prefix: nonEmptyText,
  },
};

/**
 * A guard in Redis or Valkey, over a client that you have, of the package `redis` or `ioredis`, which
 * stays yours. Redis must not evict keys (`maxmemory-policy noeviction`): rounds are refused where it
 * does. A failover may lose what was written last: where that must not be, keep the guard in PostgreSQL.
 *
 * @example
 * ```ts
 * import { McpServer } from 'mcp-rondo';
 * import { type NodeRedisScripts, redisGuard } from 'mcp-rondo/redis';
 *
 * // The client of `await createClient({ url }).connect()`.
 * export const instance = (client: NodeRedisScripts, secret: string) =>
 *   new McpServer({ name: 'shop', version: '1.0.0' }, { guard: redisGuard(client, { secret }) });
 * ```
 *
 * @throws RondoError `invalid_options`
 */
export function redisGuard(
  client: NodeRedisScripts | IoRedisScripts,
  options: RedisGuardOptions,
): Guard {
  assertClient('redisGuard()', client, 'eval');
  const { secret, replyTtl = 600_000, prefix = 'rondo:guard:' } = readOptions(OPTIONS, options);
  if (secret === undefined) throw invalidOptions('redisGuard() needs a secret.');
  const run = evalOn(client);
  const loadSecret = async (): Promise<StoreSecret> => {
    assertKept(String(await run(MEMORY, [], [])));
    return new StoreSecret(new TextEncoder().encode(secret));
  };
  const guard = new RedisGuardStore(run, prefix);
  const parts = { guard, loadSecret, isVolatile: false, singleProcess: false, replyTtl };
  return guardThat((server) => [guardExtension(parts, server)]);
}

export function evalOn(client: NodeRedisScripts | IoRedisScripts): Eval {
  return 'status' in client
    ? (script, keys, args) => client.eval(script, keys.length, ...keys, ...args)
    : (script, keys, args) => client.eval(script, { keys: [...keys], arguments: [...args] });
}

/** @throws RondoError where entries could be lost: then rounds could run twice */
function assertKept(memory: string): void {
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  const isBounded = !/^maxmemory:0\s*$/m.test(memory);
  if (!isBounded || policy === 'noeviction') return;
  throw invalidOptions(
    `Redis evicts keys (maxmemory-policy ${policy}), so rounds could run twice. Set it to noeviction.`,
  );
}
