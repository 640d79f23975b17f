/**
 * Points inside transactions of PostgreSQL: a trigger waits there for an advisory lock, which the test has.
 * In a directory there are none, because its transactions follow each other.
 */
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { PostgresServer } from '../postgres/postgres-server.ts';
import type { HeldPoint } from './points.ts';

const WHERE = {
  'in append': "insert on rondo.sealed for each row when (new.kind = 'entry')",
  'in answer': 'update on rondo.ask for each row when (new.is_answered)',
  'in release': 'update on rondo.lease for each row when (old.is_held and not new.is_held)',
  'in takeover': 'update on rondo.task for each row when (new.lapses > old.lapses)',
  'in finish': "update on rondo.task for each row when (new.ended = 'completed')",
  'in cancel': "update on rondo.task for each row when (new.ended = 'cancelled')",
  'in create': 'insert on rondo.task for each row',
  'in reseal': 'update on rondo.sealed for each row when (new.key_id <> old.key_id)',
} as const;

export type DatabasePoint = keyof typeof WHERE;

const WAIT = `create function public.wait_at() returns trigger language plpgsql as $$ begin
  perform pg_advisory_xact_lock_shared(hashtext(tg_argv[0]));
  return new;
end $$`;

export class DatabasePoints {
  readonly #server: PostgresServer;

  private constructor(server: PostgresServer) {
    this.#server = server;
  }

  /** @param server with the tables of a store */
  static async in(server: PostgresServer): Promise<DatabasePoints> {
    await server.query(WAIT);
    for (const [point, where] of Object.entries(WHERE)) {
      await server.query(
        `create trigger "${point}" before ${where} execute function public.wait_at('${point}')`,
      );
    }
    return new DatabasePoints(server);
  }

  async hold(point: DatabasePoint): Promise<HeldPoint> {
    const session = new pg.Client({ connectionString: this.#server.address });
    await session.connect();
    let ending: Promise<void> | undefined;
    // The lock goes with its session.
    const letGo = (): Promise<void> => (ending ??= session.end());
    onTestFinished(letGo);
    await session.query('select pg_advisory_lock(hashtext($1))', [point]);
    const waiting = "select from pg_locks where locktype = 'advisory' and not granted";
    return { reached: () => this.#untilFound(waiting), letGo };
  }

  /** Resolves when a statement with `text` waits for the row of its task. */
  untilBlocked(text: string): Promise<void> {
    return this.#untilFound(
      `select from pg_stat_activity where wait_event_type = 'Lock' and wait_event <> 'advisory'
        and strpos(query, $1) > 0 and pid <> pg_backend_pid()`,
      [text],
    );
  }

  async #untilFound(query: string, values: unknown[] = []): Promise<void> {
    while ((await this.#server.query(query, values)).length === 0);
  }
}
