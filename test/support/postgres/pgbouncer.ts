/** A PgBouncer of a test's own, in transaction mode, in front of its PostgreSQL. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { PGBOUNCER } from './if-there.ts';
import { freePort } from '../free-port.ts';
import { type PostgresServer, unprivileged } from './postgres-server.ts';

export class PgBouncer {
  readonly address: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(address: string, folder: string, running: ChildProcess) {
    this.address = address;
    this.#folder = folder;
    this.#process = running;
  }

  static async start(server: PostgresServer): Promise<PgBouncer> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'rondo-pgbouncer-'));
    chmodSync(folder, 0o755);
    const settings = join(folder, 'settings.ini');
    writeFileSync(settings, settingsOf(server.port, port));
    const running = spawn(PGBOUNCER!, [settings], { stdio: 'ignore', ...unprivileged() });
    const address = `postgres://rondo@127.0.0.1:${port}/postgres`;
    while (!(await answers(address))) await new Promise((resolve) => setTimeout(resolve, 20));
    return new PgBouncer(address, folder, running);
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    if (this.#process.signalCode === null) await once(this.#process, 'exit');
    rmSync(this.#folder, { recursive: true });
  }
}

/** Few connections, so that clients meet those of others. */
function settingsOf(postgres: number, port: number): string {
  return `[databases]
postgres = host=127.0.0.1 port=${postgres} dbname=postgres user=rondo
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 5
max_client_conn = 200
`;
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
