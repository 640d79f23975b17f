/** Large journals in a SQL database. */
import type { SpillCell, SpillStore } from '../../spill/contract.ts';
import type { SealedText } from '../../stored/sealed-text.ts';
import type { Executor } from './executor.ts';

/** Tried again after a lost connection, it may be there already. */
const PUT = `insert into rondo.spill (key, key_id, text, expires_at)
  values ($1, $2, $3, rondo.now_ms() + $4::bigint) on conflict do nothing`;

const GET = `select key_id as "keyId", text from rondo.spill
  where key = $1 and expires_at > rondo.now_ms()`;

const EXPIRE = `delete from rondo.spill where key in (
    select key from rondo.spill where expires_at <= rondo.now_ms()
    order by expires_at limit $1 for update skip locked)
  returning key`;

const COUNT_KEYS =
  'select key_id as "keyId", count(*)::integer as count from rondo.spill group by key_id';

const SEALED_UNDER =
  'select key, key_id as "keyId", text from rondo.spill where key_id = $1 limit $2';

const RESEAL = `update rondo.spill set key_id = $4, text = $5
  where key = $1 and key_id = $2 and text = $3 returning key`;

export class SqlSpill implements SpillStore {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async put(key: string, { keyId, text }: SealedText, life: number): Promise<void> {
    await this.#executor.query(PUT, [key, keyId, text, life]);
  }

  async get(key: string): Promise<SealedText | undefined> {
    const [record] = await this.#executor.query<SealedText>(GET, [key]);
    return record;
  }

  async expire(limit: number): Promise<number> {
    return (await this.#executor.query(EXPIRE, [limit])).length;
  }

  async countKeys(): Promise<ReadonlyMap<string, number>> {
    type Row = { keyId: string; count: number };
    const rows = await this.#executor.query<Row>(COUNT_KEYS);
    return new Map(rows.map(({ keyId, count }) => [keyId, count]));
  }

  async sealedUnder(keyId: string, limit: number): Promise<readonly SpillCell[]> {
    type Row = SealedText & { key: string };
    const rows = await this.#executor.query<Row>(SEALED_UNDER, [keyId, limit]);
    return rows.map(({ key, text }) => ({ key, sealed: { keyId, text } }));
  }

  async reseal({ key, sealed }: SpillCell, next: SealedText): Promise<boolean> {
    const values = [key, sealed.keyId, sealed.text, next.keyId, next.text];
    return (await this.#executor.query(RESEAL, values)).length > 0;
  }
}
