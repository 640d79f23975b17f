import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type IoRedis, type NodeRedis, redisRelay } from './redis-relay.ts';

/** A Redis: its channels, and what has connected to it. */
class FakeRedis {
  readonly subscribed: { channel: string; onText: (text: string) => void }[] = [];
  readonly log: string[] = [];
  isDown = false;

  async publish(channel: string, text: string): Promise<number> {
    const heard = this.subscribed.filter((each) => each.channel === channel);
    for (const { onText } of heard) onText(text);
    return heard.length;
  }

  async subscribe(channel: string, onText: (text: string) => void): Promise<void> {
    if (this.isDown) throw new Error('ECONNREFUSED');
    this.subscribed.push({ channel, onText });
  }

  close(): void {
    this.log.push('closed');
    this.subscribed.length = 0;
  }
}

class FakeSubscriber extends EventEmitter {
  readonly redis: FakeRedis;

  constructor(redis: FakeRedis) {
    super();
    this.redis = redis;
  }

  disconnect(): void {
    this.redis.close();
  }
}

class FakeNodeRedisSubscriber extends FakeSubscriber {
  #isConnected = false;

  async connect(): Promise<void> {
    this.#isConnected = true;
  }

  async subscribe(channel: string, onText: (text: string) => void): Promise<void> {
    if (!this.#isConnected) throw new Error('The client is closed');
    await this.redis.subscribe(channel, onText);
  }
}

class FakeIoRedisSubscriber extends FakeSubscriber {
  async subscribe(channel: string): Promise<void> {
    await this.redis.subscribe(channel, (text) => this.emit('message', channel, text));
  }
}

/** The last subscriber that was made. */
interface Made {
  client: NodeRedis | IoRedis;
  subscriber?: FakeSubscriber;
}

const CLIENTS: readonly (readonly [string, (redis: FakeRedis) => Made])[] = [
  [
    'redis',
    (redis) => {
      const made: Made = {
        client: {
          publish: (channel, text) => redis.publish(channel, text),
          duplicate: () => (made.subscriber = new FakeNodeRedisSubscriber(redis)) as never,
        } as NodeRedis,
      };
      return made;
    },
  ],
  [
    'ioredis',
    (redis) => {
      const made: Made = {
        client: {
          status: 'ready',
          publish: (channel, text) => redis.publish(channel, text),
          duplicate: () => (made.subscriber = new FakeIoRedisSubscriber(redis)) as never,
        } as IoRedis,
      };
      return made;
    },
  ],
];

describe.each(CLIENTS)('a relay over a client of %s', (_name, connect) => {
  it('carries texts on its channel, until it is stopped', async () => {
    const redis = new FakeRedis();
    const relay = redisRelay(connect(redis).client);
    const texts: string[] = [];
    const stop = await relay.subscribe((text) => texts.push(text));
    await relay.publish('one');
    await redis.publish('another', 'stray');
    expect(texts).toEqual(['one']);
    await stop();
    expect(redis.log).toEqual(['closed']);
  });

  it('can have a channel of its own', async () => {
    const redis = new FakeRedis();
    const relay = redisRelay(connect(redis).client, { channel: 'travel' });
    await relay.subscribe(() => undefined);
    expect(redis.subscribed.map(({ channel }) => channel)).toEqual(['travel']);
  });

  it('closes its connection when it cannot subscribe, and says why', async () => {
    const redis = new FakeRedis();
    redis.isDown = true;
    const relay = redisRelay(connect(redis).client);
    await expect(relay.subscribe(() => undefined)).rejects.toThrow('ECONNREFUSED');
    expect(redis.log).toEqual(['closed']);
  });

  it('outlives errors of its connection', async () => {
    const made = connect(new FakeRedis());
    await redisRelay(made.client).subscribe(() => undefined);
    expect(made.subscriber!.emit('error', new Error('Socket closed'))).toBe(true);
  });
});

it('a relay over version 5 of redis destroys its connection: disconnecting is deprecated', async () => {
  const redis = new FakeRedis();
  const subscriber = Object.assign(new FakeNodeRedisSubscriber(redis), {
    destroy: () => redis.log.push('destroyed'),
  });
  const client = { publish: redis.publish, duplicate: () => subscriber } as NodeRedis;
  const stop = await redisRelay(client).subscribe(() => undefined);
  await stop();
  expect(redis.log).toEqual(['destroyed']);
});
