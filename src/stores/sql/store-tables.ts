/** What a store has in its tables, and in which order they can be filled: each after what it refers to. */

export interface StoreTable {
  readonly name: string;
  /** What identifies a row. */
  readonly key: readonly string[];
  /** Whether its rows are numbered in the order in which they were written. */
  readonly isNumbered: boolean;
}

export const STORE_TABLES: readonly StoreTable[] = [
  { name: 'secret', key: ['id'], isNumbered: false },
  { name: 'task', key: ['task_id'], isNumbered: false },
  { name: 'lease', key: ['task_id'], isNumbered: false },
  { name: 'ask', key: ['task_id', 'key'], isNumbered: true },
  { name: 'sealed', key: ['task_id', 'kind', 'key'], isNumbered: true },
  { name: 'guard', key: ['key'], isNumbered: false },
  { name: 'guard_sealed', key: ['key', 'kind', 'name'], isNumbered: true },
  { name: 'spill', key: ['key'], isNumbered: false },
];
