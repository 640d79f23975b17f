/** Instances of `test/programs/chaos.ts`, each at a port of its own, that are started again when they die. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateKey } from '../../src/state/key-ring.ts';
import type { SealedCount } from '../../src/stores/sql/count-sealed.ts';
import type { Chance } from '../support/random-flows/chance.ts';
import type { Counts } from './counts.ts';
import { POINTS } from './points.ts';

export interface InstanceOptions {
  /** The folder of the built programs. */
  readonly build: string;
  /** Of the PostgreSQL. */
  readonly address: string;
  readonly chance: Chance;
  readonly counts: Counts;
  /** How often an instance passes a point, at most, before it kills itself there. */
  readonly longestLife: number;
}

const run = promisify(execFile);

export class Instances {
  readonly #options: InstanceOptions;
  readonly #slots: Slot[];
  #ring = [generateKey()];

  private constructor(options: InstanceOptions, ports: readonly number[]) {
    this.#options = options;
    this.#slots = ports.map((port) => new Slot(port, options, () => this.#ring.join()));
  }

  /** The first one alone: it makes the tables. */
  static async start(options: InstanceOptions, ports: readonly number[]): Promise<Instances> {
    const instances = new Instances(options, ports);
    for (const slot of instances.#slots) await slot.begin();
    return instances;
  }

  /** Kills one of them. */
  kill(): void {
    this.#options.chance.pick(this.#slots).kill('killed at a random moment');
  }

  /** Adds a key: first to open with, everywhere, then to seal with. Each time all are killed, in turn. */
  async rotate(): Promise<void> {
    const key = generateKey();
    this.#ring = [...this.#ring, key];
    await this.#replaceAll();
    this.#ring = [key, ...this.#ring.slice(0, -1)];
    await this.#replaceAll();
    this.#options.counts.add('keys rotated');
  }

  /**
   * Drops all keys but the first, once nothing in the store is sealed under them.
   *
   * @param isUnused resolves when no client has a state under them either, or at once
   */
  async drop(isUnused: Promise<unknown>): Promise<void> {
    await this.#rewrap();
    await isUnused;
    this.#ring = this.#ring.slice(0, 1);
    await this.#replaceAll();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.stop()));
  }

  /** As an operator does it. @throws Error if something is sealed under an old key afterwards */
  async #rewrap(): Promise<void> {
    const { build, address } = this.#options;
    const env = {
      ...process.env,
      RONDO_STATE_KEYS: this.#ring.join(),
      RONDO_DATABASE_URL: address,
    };
    const rondo = join(build, 'dist/cli/main.js');
    const args = [rondo, 'keys', 'rewrap', '--postgres', '--json'];
    const { stdout } = await run(process.execPath, args, { env });
    const [, ...old] = JSON.parse(stdout) as SealedCount[];
    const isLeft = old.some(
      ({ tasks, guard, spill, secret }) => tasks + guard + spill + secret > 0,
    );
    if (isLeft) throw new Error(`Not all is sealed anew: ${stdout}`);
  }

  async #replaceAll(): Promise<void> {
    for (const slot of this.#slots) await slot.replace();
  }
}

/** One port, and the instance that has it. */
class Slot {
  readonly #port: number;
  readonly #options: InstanceOptions;
  readonly #keys: () => string;
  #process!: ChildProcess;
  #isOver = false;
  #ready!: Promise<void>;

  constructor(port: number, options: InstanceOptions, keys: () => string) {
    this.#port = port;
    this.#options = options;
    this.#keys = keys;
  }

  async begin(): Promise<void> {
    this.#spawn();
    await this.#ready;
  }

  kill(why: string): void {
    if (this.#process.kill('SIGKILL')) this.#options.counts.add(why);
  }

  /** Resolves once another instance, with the keys of now, is ready. */
  async replace(): Promise<void> {
    const old = this.#process;
    this.kill('killed for other keys');
    if (old.exitCode === null && old.signalCode === null) await once(old, 'exit');
    await this.#ready;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#process.kill('SIGKILL');
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      await once(this.#process, 'exit');
    }
  }

  #spawn(): void {
    const { build, address, chance, counts, longestLife } = this.#options;
    const point = chance.pick(POINTS);
    const child = spawn(
      process.execPath,
      [join(build, 'test/programs/chaos.js'), address, String(this.#port)],
      {
        env: {
          ...process.env,
          RONDO_STATE_KEYS: this.#keys(),
          CHAOS_DEATH: `${point}:${1 + chance.below(longestLife)}`,
        },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    this.#process = child;
    this.#ready = new Promise((resolve) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', (code, signal) => {
        if (signal === 'SIGKILL' && !child.killed) counts.add(`died: ${point}`);
        // Such as without a database.
        if (code !== null) counts.add('could not start');
        if (this.#isOver) return resolve();
        this.#spawn();
        void this.#ready.then(resolve);
      });
    });
  }
}
