/**
 * What autovacuum does for a server, and PGlite does not have: without it the files grow with every
 * change for ever, and the planner knows nothing of the tables.
 */
import type { Query } from '../sql/executor.ts';

/** How often to look, in ms. */
const INTERVAL = 60_000;

/** Tables of which so much has changed that a server would do it. */
const TO_DO = `select relname as name from pg_stat_user_tables where schemaname = 'rondo'
  and (n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup)`;

/** Frees what deleted and changed rows have taken, and brings the statistics up to date. */
export async function vacuum(query: Query): Promise<void> {
  // What has changed in the last second may not be counted yet.
  await query('select pg_stat_force_next_flush()');
  for (const { name } of await query<{ name: string }>(TO_DO)) {
    await query(`vacuum (analyze) rondo.${name}`);
  }
}

/** Does it every minute. Returns what stops it. */
export function keepVacuumed(query: Query): () => void {
  // A database that fails says so to whoever writes.
  const timer = setInterval(() => void vacuum(query).catch(() => undefined), INTERVAL);
  timer.unref?.();
  return () => clearInterval(timer);
}
