/** A framework or runtime that serves probe-server.mjs in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What is run, and the package whose version stands in the table. */
export interface HostKind {
  readonly title: string;
  readonly package: string;
  /** The command, and its arguments before the file. */
  readonly command: readonly string[];
  readonly file: string;
  /** What the platform itself cannot do, by the titles of checks. Default: nothing. */
  readonly cannot?: readonly string[];
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const NODE = [process.execPath];
const bin = (name: string): string => `${folder}node_modules/.bin/${name}`;

export const HOSTS: readonly HostKind[] = [
  { title: '`serve`', package: 'node', command: NODE, file: 'serve.mjs' },
  { title: 'Hono', package: 'hono', command: NODE, file: 'hono.mjs' },
  { title: 'Express', package: 'express', command: NODE, file: 'express.mjs' },
  { title: 'Fastify', package: 'fastify', command: NODE, file: 'fastify.mjs' },
  { title: 'Koa', package: 'koa', command: NODE, file: 'koa.mjs' },
  { title: 'h3', package: 'h3', command: NODE, file: 'h3.mjs' },
  { title: 'NestJS', package: '@nestjs/core', command: NODE, file: 'nest.mjs' },
  { title: 'Next.js (Node runtime)', package: 'next', command: NODE, file: 'next.mjs' },
  { title: 'Elysia on Node', package: 'elysia', command: NODE, file: 'elysia.mjs' },
  { title: 'Elysia on Bun', package: 'elysia', command: [bin('bun')], file: 'elysia.mjs' },
  { title: 'Bun', package: 'bun', command: [bin('bun')], file: 'bun.mjs' },
  {
    title: 'Deno',
    package: 'deno',
    command: [bin('deno'), 'run', '--no-prompt', '--allow-net', '--allow-read', '--allow-env'],
    file: 'deno.mjs',
  },
  {
    title: 'Workers (workerd)',
    package: 'miniflare',
    command: NODE,
    file: 'workerd.mjs',
    cannot: ['disconnect'],
  },
];

/** How long a host may take to start, in ms: Next.js compiles first. */
const START = 120_000;

export class Host {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, running: ChildProcess) {
    this.url = url;
    this.#process = running;
  }

  /** @param key the state key that all hosts share */
  static async start(kind: HostKind, key: string): Promise<Host> {
    const [program, ...args] = kind.command;
    const env = {
      ...process.env,
      RONDO_STATE_KEYS: key,
      PORT: String(await freePort()),
      NEXT_TELEMETRY_DISABLED: '1',
    };
    const running = spawn(program!, [...args, `hosts/${kind.file}`], { cwd: folder, env });
    let output = '';
    running.stderr.on('data', (chunk) => (output += String(chunk)));
    const url = await new Promise<string>((resolve, reject) => {
      const failed = (why: string): void => reject(new Error(`${kind.title} ${why}:\n${output}`));
      const timer = setTimeout(() => failed('did not start in time'), START);
      running.once('close', () => failed('ended'));
      running.once('error', (error) => failed(String(error)));
      running.stdout.on('data', (chunk) => {
        output += String(chunk);
        const [, found] = /^at (\S+)$/m.exec(output) ?? [];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(found);
      });
    }).catch((error: unknown) => {
      running.kill('SIGKILL');
      throw error;
    });
    await untilAnswered(url);
    return new Host(url, running);
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'close');
    this.#process.kill();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  }
}

/** Some say that they listen before they do, or compile what they serve at its first request. */
async function untilAnswered(url: string): Promise<void> {
  const end = Date.now() + START;
  while (Date.now() < end) {
    const response = await fetch(url).catch(() => undefined);
    if (response !== undefined) return response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function versionOf({ package: name }: HostKind): string {
  if (name === 'node') return process.versions.node;
  const file = `${folder}node_modules/${name}/package.json`;
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
