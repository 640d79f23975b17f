import { nonEmptyText } from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import type { Relay } from '../protocol/types/relay.ts';
import { assertClient } from './assert-client.ts';

/** A client of the package `redis`, as far as it is used. */
export interface NodeRedis {
  publish(channel: string, text: string): Promise<unknown>;
  duplicate(): NodeRedisSubscriber;
}

/** A connection of it that subscribes. */
export interface NodeRedisSubscriber {
  connect(): Promise<unknown>;
  subscribe(channel: string, onText: (text: string) => void): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Since version 5. */
  destroy?(): unknown;
  disconnect(): unknown;
}

/** A client of the package `ioredis`, as far as it is used. */
export interface IoRedis {
  readonly status: string;
  publish(channel: string, text: string): Promise<unknown>;
  duplicate(): IoRedisSubscriber;
}

/** A connection of it that subscribes. */
export interface IoRedisSubscriber {
  subscribe(channel: string): Promise<unknown>;
  on(event: 'message', listener: (channel: string, text: string) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  disconnect(): unknown;
}

/** Options of {@link redisRelay}. */
export interface RedisRelayOptions {
  /**
   * The channel, the same for all instances of a server. Servers with other keys or another
   * audience should have another one. Default `rondo`.
   */
  readonly channel?: string;
}

const OPTIONS: OptionSet<RedisRelayOptions> = {
  of: 'redisRelay()',
  table: { channel: nonEmptyText },
};

/**
 * A relay over Redis or Valkey, with a client that you have, of the package `redis` or `ioredis`:
 * it publishes over the client, and listens over a duplicate of it, which is closed with the server;
 * the client itself stays yours. What is lost on the way, as when Redis restarts, is lost; the
 * duplicate connects again by itself.
 *
 * @example
 * ```ts
 * import { McpServer } from 'mcp-rondo';
 * import { type NodeRedis, redisRelay } from 'mcp-rondo/redis';
 *
 * // The client of `await createClient({ url }).connect()`.
 * export const instance = (client: NodeRedis) =>
 *   new McpServer({ name: 'travel', version: '1.0.0' }, { relay: redisRelay(client) });
 * ```
 *
 * @throws RondoError `invalid_options`
 */
export function redisRelay(client: NodeRedis | IoRedis, options: RedisRelayOptions = {}): Relay {
  assertClient('redisRelay()', client, 'publish', 'duplicate');
  const { channel = 'rondo' } = readOptions(OPTIONS, options);
  return {
    publish: (text) => client.publish(channel, text),
    subscribe: (onText) =>
      'status' in client
        ? subscribeIoRedis(client.duplicate(), channel, onText)
        : subscribeNodeRedis(client.duplicate(), channel, onText),
  };
}

type Stop = () => unknown;

async function subscribeNodeRedis(
  subscriber: NodeRedisSubscriber,
  channel: string,
  onText: (text: string) => void,
): Promise<Stop> {
  const stop = (): unknown =>
    subscriber.destroy === undefined ? subscriber.disconnect() : subscriber.destroy();
  subscriber.on('error', ignoreError);
  return stopOnFailure(stop, async () => {
    await subscriber.connect();
    await subscriber.subscribe(channel, (text) => onText(text));
  });
}

async function subscribeIoRedis(
  subscriber: IoRedisSubscriber,
  channel: string,
  onText: (text: string) => void,
): Promise<Stop> {
  subscriber.on('error', ignoreError);
  subscriber.on('message', (from, text) => {
    if (from === channel) onText(text);
  });
  return stopOnFailure(
    () => subscriber.disconnect(),
    () => subscriber.subscribe(channel),
  );
}

/** An error event that nobody listens to ends the process; the client goes on trying. */
function ignoreError(): void {}

/** A connection that could not subscribe does not go on trying. */
async function stopOnFailure(stop: Stop, subscribe: () => Promise<unknown>): Promise<Stop> {
  try {
    await subscribe();
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
