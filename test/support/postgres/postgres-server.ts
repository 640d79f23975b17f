/** A PostgreSQL server of a test's own, on a free port of the loopback, in a temporary folder. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../free-port.ts';
import { postgresBinaries } from './binaries.ts';

export class PostgresServer {
  readonly port: number;
  readonly #folder: string;
  readonly #data: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, settings: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#data = join(folder, 'data');
    this.#settings = settings;
  }

  /** @param settings Default: it does not wait for its disk. */
  static async start(settings: readonly string[] = ['fsync=off']): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'rondo-postgres-'));
    const user = unprivileged();
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const server = new PostgresServer(await freePort(), folder, settings);
    const options = ['-A', 'trust', '-U', 'rondo', '-E', 'UTF8', '--no-sync'];
    execFileSync(join(postgresBinaries(), 'initdb'), [...options, '-D', server.#data], {
      stdio: 'pipe',
      cwd: folder,
      ...user,
    });
    await server.run();
    return server;
  }

  get address(): string {
    return `postgres://rondo@127.0.0.1:${this.port}/postgres`;
  }

  /** Starts it, and once more after {@link halt}. */
  async run(): Promise<void> {
    const settings = [...this.#settings, 'max_connections=50', 'unix_socket_directories='];
    const args = ['-D', this.#data, '-h', '127.0.0.1', '-p', String(this.port)];
    const all = [...args, ...settings.flatMap((setting) => ['-c', setting])];
    this.#process = spawn(join(postgresBinaries(), 'postgres'), all, {
      stdio: 'ignore',
      cwd: this.#folder,
      ...unprivileged(),
    });
    while (!(await this.#answers())) {
      const { exitCode } = this.#process;
      if (exitCode !== null) throw new Error(`PostgreSQL has ended with ${exitCode}: ${this.port}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends it at once, with all its connections. */
  halt(): Promise<void> {
    return this.#end('SIGINT');
  }

  /** Lets it fail: what has not reached its disk is lost. */
  crash(): Promise<void> {
    return this.#end('SIGQUIT');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null) return;
    running.kill(signal);
    await once(running, 'exit');
  }

  async remove(): Promise<void> {
    await this.halt();
    rmSync(this.#folder, { recursive: true });
  }

  /** Runs one statement on a connection of its own. */
  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.address });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async #answers(): Promise<boolean> {
    return this.query('select 1').then(
      () => true,
      () => false,
    );
  }
}

/** PostgreSQL refuses to run as root. */
export function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
