import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Interface, createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A server program, or a client's, in a process of its own. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #gone = new AbortController();

  private constructor(child: ChildProcess, lines: Interface, port: number) {
    this.#child = child;
    this.#lines = lines;
    this.port = port;
    child.once('exit', () => this.#gone.abort());
    // Writing to one that has just died: what waits for its answer hears of it.
    child.stdin!.on('error', () => undefined);
  }

  /**
   * Resolves once it is ready.
   *
   * @param name a program in `servers`, or the path to one from there
   */
  static start(name: string, args: readonly string[]): Promise<ServerProcess> {
    const program = fileURLToPath(new URL(`./servers/${name}.mjs`, import.meta.url));
    return ServerProcess.startProgram(program, args);
  }

  /** @param program the path of a program as JavaScript */
  static startProgram(program: string, args: readonly string[]): Promise<ServerProcess> {
    // Node itself, without what was given to this process: nobody is measured through a loader.
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, NODE_ENV: 'production' },
    });
    const lines = createInterface({ input: child.stdout });
    return new Promise((resolve, reject) => {
      let complaints = '';
      child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`the server did not start:\n${complaints}`)));
      lines.once('line', (line) =>
        resolve(new ServerProcess(child, lines, valueOf('ready', line))),
      );
    });
  }

  /** Milliseconds of processor time it has used so far. */
  cpuTime(): Promise<number> {
    return this.#ask('cpu');
  }

  /** Flows a second, of a client that has nothing else to do for so long. */
  flowRate(seconds: number): Promise<number> {
    return this.#ask('run', seconds);
  }

  async #ask(...words: readonly [string, ...unknown[]]): Promise<number> {
    const answer = once(this.#lines, 'line', { signal: this.#gone.signal }) as Promise<[string]>;
    this.#child.stdin!.write(`${words.join(' ')}\n`);
    return valueOf(words[0], (await answer)[0]);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

/** The number in a line such as `ready 8080`. */
function valueOf(word: string, line: string): number {
  const [first, value] = line.split(' ');
  if (first === word) return Number(value);
  throw new Error(`the server said '${line}' where '${word}' was to come`);
}
