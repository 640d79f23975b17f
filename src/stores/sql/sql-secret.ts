import type { SecretStore } from '../../stored/secret-store.ts';
import type { Executor } from './executor.ts';
import type { SealedText } from '../../stored/sealed-text.ts';

const KEEP = `insert into rondo.secret (id, key_id, text) values (1, $1, $2)
  on conflict do nothing`;

const LOAD = 'select key_id as "keyId", text from rondo.secret';

const RESEAL = `update rondo.secret set key_id = $3, text = $4
  where key_id = $1 and text = $2 returning id`;

export class SqlSecret implements SecretStore {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async load({ keyId, text }: SealedText): Promise<SealedText> {
    await this.#executor.query(KEEP, [keyId, text]);
    const [stored] = await this.#executor.query<SealedText>(LOAD);
    return stored!;
  }

  async reseal(before: SealedText, after: SealedText): Promise<boolean> {
    const values = [before.keyId, before.text, after.keyId, after.text];
    return (await this.#executor.query(RESEAL, values)).length > 0;
  }
}
