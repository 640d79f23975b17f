/** The guard in Redis, over both packages, held to the checks that the package exports. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { McpServer } from '../../src/server/server.ts';
import { type Eval, RedisGuardStore } from '../../src/redis/redis-guard-store.ts';
import {
  type IoRedisScripts,
  type NodeRedisScripts,
  evalOn,
  redisGuard,
} from '../../src/redis/redis-guard.ts';
import { guardChecks } from '../../src/testing/store-checks/guard-checks.ts';
import { TEST_KEY, overWires } from '../support/each-wire.ts';
import { RETRYABLE, YES } from '../support/guard.ts';
import { silent, warningsTo } from '../support/logger.ts';
import { call, retry, textOf } from '../support/messages.ts';
import { RedisClient } from '../support/redis/redis-client.ts';
import { RedisServer, hasRedis } from '../support/redis/redis-server.ts';

const SECRET = 'a secret of at least 32 characters';

if (!hasRedis) console.warn('Not run, for want of Redis (apt-get install redis-server): its guard');

describe.runIf(hasRedis)('a guard in Redis (checklist MS-19)', () => {
  let server: RedisServer;
  let client: RedisClient;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = await RedisClient.connect(server.port);
  });
  afterAll(async () => {
    client.close();
    await server.remove();
  });

  describe.each<[string, () => NodeRedisScripts | IoRedisScripts]>([
    ['redis', () => client.asNodeRedis],
    ['ioredis', () => client.asIoRedis],
  ])('over a client of %s', (name, scripts) => {
    const run: Eval = (...given) => evalOn(scripts())(...given);
    const guard = new RedisGuardStore(run, `${name}:`);
    for (const check of guardChecks) it.concurrent(check.name, () => check.run({ guard }));
  });

  overWires('S7 beside no store', ['in process'], (bench) => {
    const tool = (mcp: McpServer): void =>
      void mcp.registerTool('pay', { replay: 'once' }, async (ctx) => {
        const sure = await ctx.confirm('sure', 'Sure?');
        return ctx.step('pay', () => `paid ${sure}`);
      });

    it('makes rounds run once', async () => {
      const open = () => {
        const guard = redisGuard(client.asNodeRedis, { secret: SECRET, prefix: 'once:' });
        return bench.open(tool, { guard });
      };
      const [one, other] = [await open(), await open()];
      const first = call('pay');
      const asked = await one.send(first);
      const answered = await one.send(retry(first, asked.response, { sure: YES }));
      const again = await other.send(retry(first, asked.response, { sure: YES }));
      expect([answered, again].map(({ response }) => textOf(response))).toEqual([
        'paid true',
        'paid true',
      ]);
    });

    it('refuses rounds where Redis evicts keys, and says what to set', async () => {
      const warnings: string[] = [];
      await client.send('CONFIG', 'SET', 'maxmemory', '100mb');
      await client.send('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
      const guard = redisGuard(client.asIoRedis, { secret: SECRET });
      const { send } = await bench.open(tool, { guard, logger: warningsTo(warnings) });
      while (warnings.length === 0) await new Promise((resolve) => setImmediate(resolve));
      expect(warnings.join()).toMatch(/maxmemory-policy allkeys-lru.*noeviction/);
      const first = call('pay');
      const asked = await send(first);
      const answered = await send(retry(first, asked.response, { sure: YES }));
      expect(answered.response.error).toMatchObject(RETRYABLE);
      await client.send('CONFIG', 'SET', 'maxmemory', '0');
    });
  });
});

it.each([[{}], [{ secret: 'short' }], [{ secret: SECRET, replyTtl: 0 }]])(
  'redisGuard() refuses %j',
  (options) => {
    const scripts = { eval: async () => undefined };
    expect(() => redisGuard(scripts, options as { secret: string })).toThrow(/redisGuard/);
  },
);

it('K13 redisGuard() needs keys that outlive the process', () => {
  const guard = redisGuard({ eval: async () => undefined }, { secret: SECRET });
  const make = (keys?: string[]) =>
    new McpServer(
      { name: 'a', version: '1' },
      { guard, logger: silent, ...(keys && { state: { keys } }) },
    );
  expect(() => make()).toThrow(/state\.keys/);
  expect(() => make([TEST_KEY])).not.toThrow();
});
