/** `test/programs/soak.ts`, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Interface, createInterface } from 'node:readline';
import { generateKey } from '../../src/state/key-ring.ts';

/** What is measured of it at one time. */
export interface Sample {
  /** Bytes that are in use once garbage has been collected. */
  readonly heap: number;
  /** Processor time since the last sample, by what a certain piece of work takes now. */
  readonly cost: number;
}

/** How many handles, timers and signals there are, by their names. */
export type Alive = Readonly<Record<string, number>>;

export class ServerProcess {
  url = '';
  /** What it has said besides. */
  complaints = '';
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout! });
    child.stderr!.on('data', (chunk) => (this.complaints += String(chunk)));
  }

  /** @param build the folder of the built programs */
  static async start(build: string, address: string): Promise<ServerProcess> {
    const args = [
      '--disable-warning=ExperimentalWarning',
      join(build, 'test/programs/soak.js'),
      address,
    ];
    const env = { ...process.env, RONDO_STATE_KEYS: generateKey() };
    const server = new ServerProcess(spawn(process.execPath, args, { env, stdio: 'pipe' }));
    ({ url: server.url } = await server.#answer<{ url: string }>());
    return server;
  }

  async sample(): Promise<Sample> {
    return this.#ask<Sample>('sample');
  }

  async count(): Promise<Alive> {
    return this.#ask<Alive>('count');
  }

  /** Closes all that it has. Returns whether it then ends by itself, within `ms` ms. */
  async ends(ms: number): Promise<boolean> {
    const ended = once(this.#child, 'exit');
    await this.#ask('close');
    const timer = setTimeout(() => this.kill(), ms);
    await ended;
    clearTimeout(timer);
    return this.#child.exitCode === 0;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #ask<T>(question: string): Promise<T> {
    this.#child.stdin!.write(`${question}\n`);
    return this.#answer<T>();
  }

  /** @throws Error if it ends instead */
  async #answer<T>(): Promise<T> {
    const over = new AbortController();
    const gone = (): void => over.abort();
    this.#child.once('close', gone);
    try {
      const [line] = (await once(this.#lines, 'line', { signal: over.signal })) as [string];
      return JSON.parse(line) as T;
    } catch (cause) {
      throw new Error(`The server has ended: ${this.complaints}`, { cause });
    } finally {
      this.#child.off('close', gone);
    }
  }
}
