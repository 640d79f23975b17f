/**
 * A store as lines of JSON, in the order of {@link STORE_TABLES}: a head, its rows as they are in their
 * tables, sealed, and an end that counts them.
 */
import { RondoError } from '../../base/errors.ts';
import type { Query } from './executor.ts';
import { STORE_TABLES, type StoreTable } from './store-tables.ts';

/** Of the lines, whatever the version of the tables is. */
export const EXPORT_FORMAT = 1;

/** Rows that are read at once. */
const PORTION = 100;

/** What runs `work` in one transaction. */
export type InTransaction = <T>(work: (query: Query) => Promise<T>) => Promise<T>;

/**
 * Writes what the store has at one moment, whatever goes on in it.
 *
 * @param write resolves when the line may be followed by another
 * @returns how many rows there are
 */
export function exportStore(
  transaction: InTransaction,
  write: (line: string) => Promise<void>,
): Promise<number> {
  let hasBegun = false;
  return transaction(async (query) => {
    // A transaction that is tried again would write all of it once more.
    if (hasBegun) throw new RondoError('store_failed', 'The database has failed in the middle.');
    hasBegun = true;
    await query('set transaction isolation level repeatable read, read only');
    const [format] = await query<{ version: number }>('select version from rondo.format');
    await write(lineOf({ rondo: 'store', format: EXPORT_FORMAT, tables: format!.version }));
    let rows = 0;
    for (const table of STORE_TABLES) rows += await exportTable(query, table, write);
    await write(lineOf({ rows }));
    return rows;
  });
}

/** Some readers end a line at these two as well. */
function lineOf(value: object): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

async function exportTable(
  query: Query,
  table: StoreTable,
  write: (line: string) => Promise<void>,
): Promise<number> {
  let last: readonly unknown[] | undefined;
  for (let count = 0; ;) {
    const rows = await portion(query, table, last);
    for (const row of rows) await write(lineOf({ table: table.name, row }));
    count += rows.length;
    const end = rows.at(-1);
    if (end === undefined || rows.length < PORTION) return count;
    last = table.key.map((column) => end[column]);
  }
}

/** The rows behind the one with this key. */
async function portion(
  query: Query,
  { name, key }: StoreTable,
  last: readonly unknown[] | undefined,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const columns = key.map((column) => `t.${column}`).join(', ');
  const after =
    last === undefined ? '' : `where (${columns}) > (${key.map((_, i) => `$${i + 1}`)})`;
  type Found = { row: Readonly<Record<string, unknown>> };
  const found = await query<Found>(
    `select to_json(t) as row from rondo.${name} t ${after} order by ${columns} limit ${PORTION}`,
    last ?? [],
  );
  return found.map(({ row }) => row);
}
