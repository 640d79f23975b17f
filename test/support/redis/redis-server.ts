/** A Redis server of a test's own, on a free port of the loopback, and a connection to it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';

/** Whether there is one here: `apt-get install redis-server`. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export class RedisServer {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rondo-redis-'));
  readonly #process: ChildProcess;

  private constructor(port: number) {
    this.port = port;
    const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const args = [...where, '--save', '', '--appendonly', 'no'];
    this.#process = spawn('redis-server', args, { stdio: 'ignore' });
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    for (;;) {
      const answer = await RedisClient.connect(server.port).catch(() => undefined);
      if (answer !== undefined) {
        answer.close();
        return server;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async remove(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
    rmSync(this.#folder, { recursive: true });
  }
}

/** Speaks the protocol of Redis: as much of it as a guard needs, as both packages offer it. */
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

  send(...words: string[]): Promise<unknown> {
    if (this.#socket.destroyed) return Promise.reject(new Error('the connection is closed'));
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
      const parsed = parse(this.#unread, 0);
      if (parsed === undefined) return;
      this.#unread = this.#unread.subarray(parsed.end);
      const { resolve, reject } = this.#waiting.shift()!;
      if (parsed.value instanceof Error) reject(parsed.value);
      else resolve(parsed.value);
    }
  }
}

interface Parsed {
  readonly value: unknown;
  readonly end: number;
}

/** One value; `undefined` if it is not there as a whole. */
function parse(bytes: Buffer, start: number): Parsed | undefined {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[start]!)) {
    case ':':
      return { value: Number(line), end };
    case '-':
      return { value: new Error(line), end };
    case '$':
      return parseBulk(bytes, Number(line), end);
    case '*':
      return parseList(bytes, Number(line), end);
    default:
      return { value: line, end };
  }
}

function parseBulk(bytes: Buffer, length: number, start: number): Parsed | undefined {
  if (length < 0) return { value: null, end: start };
  const end = start + length + 2;
  if (bytes.length < end) return undefined;
  return { value: bytes.toString('utf8', start, end - 2), end };
}

function parseList(bytes: Buffer, length: number, start: number): Parsed | undefined {
  const values: unknown[] = [];
  let end = start;
  while (values.length < length) {
    const parsed = parse(bytes, end);
    if (parsed === undefined) return undefined;
    values.push(parsed.value);
    ({ end } = parsed);
  }
  return { value: values, end };
}
