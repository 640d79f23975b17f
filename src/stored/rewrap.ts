/** Seals anew, under the first key of the ring, what is stored under other keys (K13). */
import type { CellSeal } from './cell-seal.ts';
import type { SealedText } from './sealed-text.ts';

const PORTION = 500;

type Cell<Address> = Address & { readonly sealed: SealedText };

/** What a store does so that its cells can be sealed anew. */
export interface Rewrappable<Address> {
  countKeys(): Promise<ReadonlyMap<string, number>>;
  sealedUnder(keyId: string, limit: number): Promise<readonly Cell<Address>[]>;
  reseal(cell: Cell<Address>, sealed: SealedText): Promise<boolean>;
}

/**
 * What is written meanwhile is under the first key already, and is left as it is.
 *
 * @throws RondoError `unreadable_journal` for what no key of the ring opens
 */
export async function rewrap<Address>(
  store: Rewrappable<Address>,
  seal: CellSeal<Address>,
): Promise<void> {
  const [first] = seal.keyIds;
  for (const keyId of (await store.countKeys()).keys()) {
    if (keyId !== first) await rewrapKey(store, seal, keyId);
  }
}

async function rewrapKey<Address>(
  store: Rewrappable<Address>,
  seal: CellSeal<Address>,
  keyId: string,
): Promise<void> {
  for (;;) {
    const cells = await store.sealedUnder(keyId, PORTION);
    let resealed = 0;
    for (const cell of cells) {
      if (await store.reseal(cell, seal.seal(cell, seal.open(cell, cell.sealed)))) resealed++;
    }
    // What has changed since it was read is not under this key any more.
    if (cells.length < PORTION || resealed === 0) return;
  }
}
