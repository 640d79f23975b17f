/** Fills an empty store with what `exportStore` has written. */
import { RondoError, invalidOptions, newerFormat } from '../../base/errors.ts';
import { isRecord, parseJson } from '../../base/json/json.ts';
import type { Query } from './executor.ts';
import { isRefusedValue } from './store-failed.ts';
import { EXPORT_FORMAT, type InTransaction } from './export-store.ts';
import { STORE_TABLES, type StoreTable } from './store-tables.ts';

/** Rows that are written at once. */
const PORTION = 100;

type Row = Readonly<Record<string, unknown>>;

/** One line: of a table, the end of all, or the head. */
type Line =
  | { readonly table: StoreTable; readonly row: Row }
  | { readonly rows: number }
  | { readonly tables: number };

/**
 * All of it is there afterwards, or nothing.
 *
 * @returns how many rows there are
 * @throws RondoError `invalid_options` if the store is not empty, or the lines are not those of a whole
 *   store; `newer_format` if this version cannot read them; `store_failed`
 */
export function importStore(
  transaction: InTransaction,
  lines: AsyncIterable<string>,
): Promise<number> {
  let hasBegun = false;
  return transaction(async (query) => {
    // The lines can be read once only.
    if (hasBegun) throw new RondoError('store_failed', 'The database has failed in the middle.');
    hasBegun = true;
    await checkEmpty(query);
    const rows = await new Importing(query).all(lines);
    for (const table of STORE_TABLES) if (table.isNumbered) await numberOn(query, table);
    return rows;
  });
}

class Importing {
  readonly #query: Query;
  #table: StoreTable = STORE_TABLES[0]!;
  #waiting: Row[] = [];
  #written = 0;
  /** How many lines were read, and which is the first of those that wait. */
  #line = 0;
  #first = 0;

  constructor(query: Query) {
    this.#query = query;
  }

  async all(lines: AsyncIterable<string>): Promise<number> {
    let hasHead = false;
    let expected: number | undefined;
    for await (const text of lines) {
      this.#line++;
      if (text === '') continue;
      const line = readLine(text);
      const isInOrder = expected === undefined && line && hasHead !== 'tables' in line;
      if (line === undefined || !isInOrder) throw notAStore(`Line ${this.#line} is`);
      hasHead = true;
      if ('rows' in line) expected = line.rows;
      else if ('tables' in line) await this.#checkVersion(line.tables);
      else await this.#add(line.table, line.row);
    }
    await this.#write();
    if (expected !== this.#written) throw notAStore('This is');
    return this.#written;
  }

  async #checkVersion(version: number): Promise<void> {
    const [format] = await this.#query<{ version: number }>('select version from rondo.format');
    if (version > format!.version) throw newerFormat('exported store', version, format!.version);
  }

  async #add(table: StoreTable, row: Row): Promise<void> {
    if (table !== this.#table || this.#waiting.length === PORTION) await this.#write();
    if (this.#waiting.length === 0) this.#first = this.#line;
    this.#table = table;
    this.#waiting.push(row);
  }

  async #write(): Promise<void> {
    const rows = this.#waiting;
    if (rows.length === 0) return;
    const columns = await this.#columnsOf(rows);
    const { name } = this.#table;
    const inserted = this.#query(
      `insert into rondo.${name} (${columns})
        select ${columns} from json_populate_recordset(null::rondo.${name}, $1::json)`,
      [JSON.stringify(rows)],
    );
    await inserted.catch((error: unknown) => {
      throw isRefusedValue(error) ? this.#refused() : error;
    });
    this.#written += rows.length;
    this.#waiting = [];
  }

  /** Those that the rows have: what they lack has its default. Names come from the database alone. */
  async #columnsOf(rows: readonly Row[]): Promise<string> {
    const { name } = this.#table;
    const found = await this.#query<{ name: string }>(
      `select attname as name from pg_attribute
        where attrelid = 'rondo.${name}'::regclass and attnum > 0 and not attisdropped`,
    );
    const known = found.map((column) => column.name);
    const given = new Set(rows.flatMap((row) => Object.keys(row)));
    if (![...given].every((column) => known.includes(column))) throw this.#refused();
    return known.filter((column) => given.has(column)).join(', ');
  }

  /** One of the lines that wait. */
  #refused(): RondoError<'invalid_options'> {
    const last = this.#first + this.#waiting.length - 1;
    return notAStore(`Something in lines ${this.#first} to ${last} is`);
  }
}

/** Nothing for a line of something else. */
function readLine(text: string): Line | undefined {
  const line = parseJson(text);
  if (!isRecord(line)) return undefined;
  if (line['rondo'] === 'store') return head(line);
  if (typeof line['rows'] === 'number') return { rows: line['rows'] };
  const table = STORE_TABLES.find(({ name }) => name === line['table']);
  if (table === undefined || !isRecord(line['row'])) return undefined;
  return { table, row: line['row'] };
}

function head({ format, tables }: Row): Line | undefined {
  if (typeof format !== 'number' || typeof tables !== 'number') return undefined;
  if (format > EXPORT_FORMAT) throw newerFormat('exported store', format, EXPORT_FORMAT);
  return { tables };
}

async function checkEmpty(query: Query): Promise<void> {
  for (const { name } of STORE_TABLES) {
    const rows = await query(`select 1 from rondo.${name} limit 1`);
    if (rows.length > 0) {
      throw invalidOptions(
        `The store is not empty: '${name}' has rows. Import into a new schema or directory.`,
      );
    }
  }
}

/** What is written from now on comes behind what was imported. */
async function numberOn(query: Query, { name }: StoreTable): Promise<void> {
  await query(
    `select setval(pg_get_serial_sequence('rondo.${name}', 'position'),
      (select coalesce(max(position), 0) + 1 from rondo.${name}), false)`,
  );
}

function notAStore(what: string): RondoError<'invalid_options'> {
  return invalidOptions(
    `${what} not what \`rondo store export\` has written, or not all of it. Nothing was imported.`,
  );
}
