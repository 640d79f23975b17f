/** A connection to Redis: as much of it as tests need, as the packages offer it. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { parseRedis } from './parse-redis.ts';

export class RedisClient {
  readonly #socket: Socket;
  readonly #waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];
  #unread = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const { reject } of this.#waiting.splice(0))
        reject(new Error('the connection is closed'));
    });
  }

  static async connect(port: number): Promise<RedisClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RedisClient(socket);
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  send(...words: string[]): Promise<unknown> {
    if (this.isClosed) return Promise.reject(new Error('the connection is closed'));
    const bulk = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.#socket.write(`*${words.length}\r\n${bulk.join('')}`);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  close(): void {
    this.#socket.destroy();
  }

  /** As the package `redis` has it. */
  get asNodeRedis() {
    return {
      eval: (script: string, { keys, arguments: args }: { keys: string[]; arguments: string[] }) =>
        this.send('EVAL', script, String(keys.length), ...keys, ...args),
    };
  }

  /** As the package `ioredis` has it. */
  get asIoRedis() {
    return {
      status: 'ready',
      eval: (script: string, count: number, ...args: string[]) =>
        this.send('EVAL', script, String(count), ...args),
    };
  }

  #read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (;;) {
      const parsed = parseRedis(this.#unread, 0);
      if (parsed === undefined) return;
      this.#unread = this.#unread.subarray(parsed.end);
      const { resolve, reject } = this.#waiting.shift()!;
      if (parsed.value instanceof Error) reject(parsed.value);
      else resolve(parsed.value);
    }
  }
}
