/** Faults of a database that may be gone at the next attempt. */

/** Deadlock, serialization, shut-down, restart, no connections left, and all of a connection. */
const STATES = /^(?:40P01|40001|57P0[0-9]|53300|08...)$/;

const OF_CONNECTIONS: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
]);

/** What `pg` says where it has no code. Not that no connection is free: that has been waited for. */
const WORDS = /^Connection terminated|not queryable|^Client was closed/;

/** Deadlock, serialization: the next attempt may go through, on the same connection. */
export function isConflict(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === '40P01' || code === '40001';
}

/** What `pg` says of a statement that has taken too long, which has waited for long enough. */
export function isTooSlow(error: unknown): boolean {
  return (error as { message?: unknown }).message === 'Query read timeout';
}

export function isTransient(error: unknown): boolean {
  const { code, message, errors } = error as {
    code?: unknown;
    message?: unknown;
    errors?: unknown;
  };
  if (typeof code === 'string') return STATES.test(code) || OF_CONNECTIONS.has(code);
  if (Array.isArray(errors)) return errors.some(isTransient);
  return typeof message === 'string' && WORDS.test(message);
}
