/** `mcp-rondo/postgres`: a store in PostgreSQL, for any number of processes, and a relay over it. */
export { postgresRelay } from './postgres-relay.ts';
export type { Relay } from '../../protocol/types/relay.ts';
export { type PostgresPool, type PostgresStoreOptions, postgresStore } from './postgres-store.ts';
export type { WakeUps } from '../../tasks/wake-ups.ts';
export type { Store } from '../../server/store.ts';
