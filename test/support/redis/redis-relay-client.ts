/** What a relay needs of the package `redis`, over real connections that come back by themselves. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import type { NodeRedis, NodeRedisSubscriber } from '../../../src/redis/index.ts';
import { parseRedis } from './parse-redis.ts';
import { RedisClient } from './redis-client.ts';

/** How long after a failure it tries again, in ms. */
const AGAIN = 20;

export class RedisRelayClient implements NodeRedis {
  readonly #port: number;
  #publisher: RedisClient | undefined;
  readonly #subscribers = new Set<Subscriber>();

  constructor(port: number) {
    this.#port = port;
  }

  /** Whether everything that listens is connected. */
  get listens(): boolean {
    const all = [...this.#subscribers];
    return all.length > 0 && all.every(({ isSubscribed }) => isSubscribed);
  }

  async publish(channel: string, text: string): Promise<unknown> {
    if (this.#publisher?.isClosed !== false) {
      this.#publisher = await RedisClient.connect(this.#port);
    }
    return this.#publisher.send('PUBLISH', channel, text);
  }

  duplicate(): NodeRedisSubscriber {
    const subscriber = new Subscriber(this.#port);
    this.#subscribers.add(subscriber);
    return subscriber;
  }

  close(): void {
    this.#publisher?.close();
  }
}

class Subscriber implements NodeRedisSubscriber {
  isSubscribed = false;
  readonly #port: number;
  #socket: Socket | undefined;
  #channel = '';
  #onText: (text: string) => void = () => {};
  #isOver = false;

  constructor(port: number) {
    this.#port = port;
  }

  on(): void {}

  async connect(): Promise<void> {
    while (!this.#isOver && (await this.#tryToConnect()) === undefined) await pause();
  }

  async subscribe(channel: string, onText: (text: string) => void): Promise<void> {
    [this.#channel, this.#onText] = [channel, onText];
    this.#subscribe();
    while (!this.#isOver && !this.isSubscribed) await pause();
  }

  destroy(): void {
    this.#isOver = true;
    this.#socket?.destroy();
  }

  disconnect(): void {
    this.destroy();
  }

  async #tryToConnect(): Promise<Socket | undefined> {
    const socket = connect(this.#port, '127.0.0.1');
    try {
      await once(socket, 'connect');
    } catch {
      return undefined;
    }
    this.#socket = socket;
    let unread: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => (unread = this.#read(Buffer.concat([unread, chunk]))));
    socket.on('error', () => {});
    socket.on('close', () => void this.#comeBack());
    return socket;
  }

  async #comeBack(): Promise<void> {
    this.isSubscribed = false;
    if (this.#isOver) return;
    await this.connect();
    this.#subscribe();
  }

  #subscribe(): void {
    if (this.#channel !== '') this.#socket?.write(`SUBSCRIBE ${this.#channel}\r\n`);
  }

  #read(bytes: Buffer): Buffer {
    let rest = bytes;
    for (;;) {
      const parsed = parseRedis(rest, 0);
      if (parsed === undefined) return rest;
      rest = rest.subarray(parsed.end);
      const [type, , text] = parsed.value as [string, string, string];
      if (type === 'subscribe') this.isSubscribed = true;
      else if (type === 'message') this.#onText(text);
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, AGAIN));
}
