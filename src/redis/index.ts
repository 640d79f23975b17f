/** The public names of `mcp-rondo/redis`; add only what users have to write. */
export { redisGuard } from './redis-guard.ts';
export type { IoRedisScripts, NodeRedisScripts, RedisGuardOptions } from './redis-guard.ts';
export type { Guard } from '../server/store.ts';
export { redisRelay } from './redis-relay.ts';
export type {
  IoRedis,
  IoRedisSubscriber,
  NodeRedis,
  NodeRedisSubscriber,
  RedisRelayOptions,
} from './redis-relay.ts';
export type { Relay } from '../protocol/types/relay.ts';
