/**
 * What is written of single tasks, by everybody in this process: what is written while other writes of its kind are on
 * their way is one statement, one transaction and one flush with them. Each still locks its row first, and is
 * refused alone (K2).
 */
import { Batches } from './batches.ts';
import type { Query } from './executor.ts';

/** How long the parameter of a statement may be, in characters, unless it is about one task. */
const LONGEST = 16_384;

/** What a function of the database is called with, by the names of its {@link Signature}. */
export type Values = Readonly<Record<string, unknown>>;

/** A function of the database that writes of one task. */
export interface Signature {
  readonly name: string;
  /** Its parameters, each with its type. */
  readonly parameters: string;
  /** The columns that it returns. */
  readonly returns: string;
  /** In which order its calls lock: two that lock several wait for each other, and not both for ever. */
  readonly order?: 'task_id' | 'flow_id';
}

/** Calls of one function. */
export class BatchedWrite<Row extends object> {
  readonly #statement: string;
  readonly #calls: Batches<string, Row>;

  constructor(query: Query, signature: Signature) {
    this.#statement = statementOf(signature);
    const limit = { most: LONGEST, sizeOf: ({ length }: string) => length };
    this.#calls = new Batches((calls) => this.#run(query, calls), limit);
  }

  /** @param transaction that it joins, alone. Default: one of its own, with others */
  async call(values: Values, transaction?: Query): Promise<Row> {
    const call = JSON.stringify(values);
    if (transaction === undefined) return this.#calls.add(call);
    return (await this.#run(transaction, [call]))[0]!;
  }

  async #run(query: Query, calls: readonly string[]): Promise<Row[]> {
    const rows = await query<Row & { n: number }>(this.#statement, [`[${calls.join(',')}]`]);
    return rows.toSorted((a, b) => a.n - b.n);
  }
}

/** Sorted inside: a function is not called before its row has its turn. */
function statementOf({ name, parameters, returns, order = 'task_id' }: Signature): string {
  const names = parameters.split(', ').map((parameter) => parameter.split(' ')[0]!);
  return `select r.n::integer as n, w.* from (
      select * from rows from (json_to_recordset($1) as (${parameters}))
        with ordinality as r (${names.join(', ')}, n) order by ${order} offset 0) as r
    cross join lateral rondo.${name}(${names.map((each) => `r.${each}`).join(', ')}) as w (${returns})`;
}
