/** What `replay: 'once'` adds to a round, by where its guard is, and a guard to calls that do not use it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresServer } from '../test/support/postgres/postgres-server.ts';
import { RedisServer, hasRedis } from '../test/support/redis/redis-server.ts';
import { type Way, comparePlainCalls, compareRounds } from './added.ts';

const directory = mkdtempSync(join(tmpdir(), 'rondo-bench-'));
const postgres = await PostgresServer.start().catch((error: Error) => console.log(error.message));
const redis = hasRedis ? await RedisServer.start() : undefined;
if (!redis) console.log('There is no Redis here: apt-get install redis-server');

const ways: Way[] = [
  { name: 'none' },
  { name: 'memory' },
  { name: 'embedded', address: directory },
];
if (postgres) ways.push({ name: 'postgres', address: postgres.address });
if (redis) ways.push({ name: 'redis', address: String(redis.port) });

try {
  // The third shows how far two are apart that are the same.
  await comparePlainCalls([{ name: 'none' }, { name: 'guard, not used' }, { name: 'none' }]);
  await compareRounds(ways);
} finally {
  await postgres?.remove();
  await redis?.remove();
  rmSync(directory, { recursive: true });
}
