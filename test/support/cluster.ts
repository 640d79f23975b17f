/** Instances of a server one after another, in processes of their own that share only a key. */
import { type Server, createServer, request as httpRequest } from 'node:http';
import { generateKey } from '../../src/state/key-ring.ts';
import { Program } from './program.ts';

/** Instances one after another: there is always one, and it can be killed. */
export class Cluster {
  readonly #file: string;
  readonly #args: readonly string[];
  readonly #env = { RONDO_STATE_KEYS: generateKey() };
  #program!: Program;
  #next!: Promise<Program>;
  url = '';

  /** @param file a program that prints its URL, relative to the root of the repository */
  constructor(file: string, args: readonly string[]) {
    this.#file = file;
    this.#args = args;
  }

  async start(): Promise<this> {
    this.#next = this.#spawn();
    await this.#replace();
    return this;
  }

  /** Kills the instance; the next one has been started before. */
  async kill(): Promise<void> {
    const killed = this.#program;
    await this.#replace();
    await killed.kill();
  }

  /** Kills the instance; the next one listens `ms` ms later. */
  async interrupt(ms: number): Promise<void> {
    await this.#program.kill();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await this.#replace();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#program.kill(), this.#next.then((program) => program.kill())]);
  }

  async #replace(): Promise<void> {
    this.#program = await this.#next;
    this.url = this.#program.output.trim();
    this.#next = this.#spawn();
  }

  async #spawn(): Promise<Program> {
    const program = new Program(this.#file, this.#args, this.#env);
    await program.until(/^http:\S+\n/);
    return program;
  }
}

/** Passes every request on to the instance that is alive. */
export async function balance(cluster: Cluster): Promise<Server> {
  const server = createServer((request, response) => {
    const { method, headers } = request;
    const passed = httpRequest(cluster.url, { method, headers: { ...headers, host: 'localhost' } });
    passed.on('response', (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
    response.on('close', () => passed.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
