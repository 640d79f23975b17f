import type { Query } from './executor.ts';

/** How much is sealed under one key, by what it is. */
export interface SealedCount {
  readonly keyId: string;
  readonly tasks: number;
  readonly guard: number;
  readonly spill: number;
  readonly secret: number;
}

const TABLES = { tasks: 'sealed', guard: 'guard_sealed', spill: 'spill', secret: 'secret' };

const COUNT = `select key_id as "keyId", ${Object.keys(TABLES)
  .map((part) => `count(*) filter (where part = '${part}')::integer as ${part}`)
  .join(', ')}
  from (${Object.entries(TABLES)
    .map(([part, table]) => `select key_id, '${part}' as part from rondo.${table}`)
    .join(' union all ')}) as sealed
  group by key_id order by key_id`;

/** How much there is in a store, by the keys that it is sealed under (K13). */
export function countSealed(query: Query): Promise<readonly SealedCount[]> {
  return query<SealedCount>(COUNT);
}
