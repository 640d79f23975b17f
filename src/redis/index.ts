/** The public names of `mcp-rondo/redis`; add only what users have to write. */
export { redisRelay } from './redis-relay.ts';
export type {
  IoRedis,
  IoRedisSubscriber,
  NodeRedis,
  NodeRedisSubscriber,
  RedisRelayOptions,
} from './redis-relay.ts';
export type { Relay } from '../protocol/relay.ts';
