/** Two server processes, and a load balancer that never sends two rounds to the same one. */
import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';

interface Instance {
  readonly name: string;
  readonly url: string;
  readonly process: ChildProcess;
  alive: boolean;
}

/** What a server process tells its parent. */
type Told = { readonly url: string } | { readonly step: string };

export class Cluster {
  readonly #instances: Instance[];
  #last: Instance | undefined;

  private constructor(instances: Instance[]) {
    this.#instances = instances;
  }

  /**
   * @param keys what the processes share, and all they share
   * @param onStep told whenever a process does a step's work
   */
  static async start(
    names: readonly string[],
    keys: string,
    onStep: (step: string, name: string) => void,
  ): Promise<Cluster> {
    return new Cluster(await Promise.all(names.map((name) => startInstance(name, keys, onStep))));
  }

  /** Names and process ids. */
  describe(): string {
    return this.#instances
      .map(({ name, process }) => `${name} (process ${process.pid})`)
      .join(', ');
  }

  /** The instance the next round goes to: the other one, if it is alive. */
  next(): Instance {
    const alive = this.#instances.filter((instance) => instance.alive);
    this.#last = alive.find((instance) => instance !== this.#last) ?? alive[0]!;
    return this.#last;
  }

  /** An instance that is alive, always the same. */
  first(): Instance {
    return this.#instances.find((instance) => instance.alive)!;
  }

  /** Kills an instance without a warning, for good. */
  kill(name: string): Promise<void> {
    return end(this.#instances.find((candidate) => candidate.name === name)!);
  }

  /** Resolves when all that the processes have told has been heard. */
  async stop(): Promise<void> {
    await Promise.all(this.#instances.filter(({ alive }) => alive).map(end));
  }
}

async function end(instance: Instance): Promise<void> {
  instance.alive = false;
  const { process } = instance;
  // Comes after the last message, which `exit` need not.
  const gone = new Promise((resolve) => process.once('disconnect', resolve));
  process.kill('SIGKILL');
  await gone;
}

function startInstance(
  name: string,
  keys: string,
  onStep: (step: string, name: string) => void,
): Promise<Instance> {
  // TypeScript, or JavaScript, as this file is; node is started with the same options.
  const script = new URL(`./server${extname(import.meta.url)}`, import.meta.url);
  const child = fork(script, { env: { ...process.env, RONDO_STATE_KEYS: keys } });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`server ${name} did not start`)));
    child.on('message', (told: Told) => {
      if ('url' in told) resolve({ name, url: told.url, process: child, alive: true });
      else onStep(told.step, name);
    });
  });
}
