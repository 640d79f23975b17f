/** The guard in a SQL database. */
import { RondoError } from '../../base/errors.ts';
import {
  type Claimed,
  type GuardCell,
  type GuardEntry,
  type GuardLease,
  type GuardState,
  type GuardStep,
  type GuardStore,
  type NewClaim,
  claimLost,
} from '../../guard/contract.ts';
import type { SealedText } from '../../stored/sealed-text.ts';
import type { Executor, Query } from './executor.ts';
import * as sql from './guard-statements.ts';

/** Others come and go between two statements: not so often. */
const ATTEMPTS = 20;

interface EntryRow {
  readonly request: string;
  readonly state: GuardState;
  readonly sealed: Readonly<Partial<Record<'origin' | 'reply', SealedText>>> | null;
}

type CellRow = SealedText & Omit<GuardCell, 'sealed'>;

export class SqlGuard implements GuardStore<Query> {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async claim(claim: NewClaim): Promise<Claimed> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const claimed = (await this.#take(claim)) ?? (await this.#whyNot(claim));
      if (claimed !== undefined) return claimed;
      await this.#query(sql.FORGET, [claim.key]);
    }
    throw new RondoError('store_failed', 'An entry of the guard comes and goes.');
  }

  async read(key: string): Promise<GuardEntry | undefined> {
    const [row] = await this.#query<EntryRow>(sql.READ, [key]);
    if (row === undefined) return undefined;
    const { request, state, sealed } = row;
    return { request, state, ...(state === 'spent' ? undefined : sealed) };
  }

  async renew({ key, owner }: GuardLease, ms: number): Promise<boolean> {
    return (await this.#query(sql.RENEW, [key, owner, ms])).length > 0;
  }

  async record(lease: GuardLease, { name, content }: GuardStep): Promise<void> {
    await this.#write(sql.RECORD, lease, [name, content.keyId, content.text]);
  }

  async finish(
    lease: GuardLease,
    { keyId, text }: SealedText,
    replyTtl: number,
    transaction?: Query,
  ): Promise<void> {
    await this.#write(sql.FINISH, lease, [replyTtl, keyId, text], transaction);
  }

  async open(lease: GuardLease): Promise<void> {
    await this.#write(sql.OPEN, lease);
  }

  async withdraw(lease: GuardLease): Promise<void> {
    await this.#write(sql.WITHDRAW, lease);
  }

  async spend(lease: GuardLease): Promise<void> {
    await this.#write(sql.SPEND, lease);
  }

  async expire(limit: number): Promise<number> {
    const removed = await this.#query(sql.REMOVE, [limit]);
    const left = limit - removed.length;
    if (left === 0) return limit;
    return removed.length + (await this.#query(sql.SPEND_OLD, [left])).length;
  }

  // Keys.

  async countKeys(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#query<{ key_id: string; count: number }>(sql.COUNT_KEYS);
    return new Map(rows.map(({ key_id, count }) => [key_id, count]));
  }

  async sealedUnder(keyId: string, limit: number): Promise<readonly GuardCell[]> {
    const rows = await this.#query<CellRow>(sql.SEALED_UNDER, [keyId, limit]);
    return rows.map(({ key, kind, name, text }) => ({ key, kind, name, sealed: { keyId, text } }));
  }

  async reseal({ key, kind, name, sealed }: GuardCell, next: SealedText): Promise<boolean> {
    const values = [key, kind, name, sealed.keyId, sealed.text, next.keyId, next.text];
    return (await this.#query(sql.RESEAL, values)).length > 0;
  }

  async #take(claim: NewClaim): Promise<Claimed | undefined> {
    const { key, owner, request, lease, life, origin } = claim;
    const values = [key, owner, request, lease, life, origin?.keyId ?? null, origin?.text ?? null];
    const [row] = await this.#query<{ isNew: boolean; now: number }>(sql.CLAIM, values);
    if (row === undefined) return undefined;
    const { isNew, now } = row;
    if (isNew) return { type: 'claimed', now, isTakeover: false, origin, steps: [] };
    const cells = await this.#query<CellRow>(sql.RECORDED, [key]);
    const sealedOf = ({ keyId, text }: CellRow): SealedText => ({ keyId, text });
    const first = cells.find(({ kind }) => kind === 'origin');
    const steps = cells.filter(({ kind }) => kind === 'step');
    return {
      type: 'claimed',
      now,
      isTakeover: true,
      origin: first && sealedOf(first),
      steps: steps.map((cell) => ({ name: cell.name, content: sealedOf(cell) })),
    };
  }

  /** `undefined` if it is free by now. */
  async #whyNot({ key, request }: NewClaim): Promise<Claimed | undefined> {
    const entry = await this.read(key);
    if (entry === undefined) return undefined;
    if (entry.request !== request) return { type: 'other' };
    if (entry.reply !== undefined) return { type: 'done', reply: entry.reply };
    return entry.state === 'open' ? undefined : { type: entry.state as 'running' | 'spent' };
  }

  #query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    return this.#executor.query<Row>(text, values);
  }

  async #write(
    text: string,
    { key, owner }: GuardLease,
    values: readonly unknown[] = [],
    query: Query = this.#executor.query,
  ): Promise<void> {
    const written = await query(text, [key, owner, ...values]);
    if (written.length === 0) throw claimLost();
  }
}
