/** Seals anew, under the first key of the ring, what is stored under other keys (K13). */
import type { GuardStore } from './contract.ts';
import type { GuardSeal } from './guard-seal.ts';

const PORTION = 500;

/** What is written meanwhile is under the first key already, and is left as it is. */
export async function rewrapGuard(store: GuardStore, seal: GuardSeal): Promise<void> {
  const [first] = seal.keyIds;
  for (const keyId of (await store.countKeys()).keys()) {
    if (keyId !== first) await rewrapKey(store, seal, keyId);
  }
}

async function rewrapKey(store: GuardStore, seal: GuardSeal, keyId: string): Promise<void> {
  for (;;) {
    const cells = await store.sealedUnder(keyId, PORTION);
    let resealed = 0;
    for (const cell of cells) {
      const anew = seal.seal(cell, seal.open(cell, cell.sealed));
      if (await store.reseal(cell, anew)) resealed++;
    }
    // What has changed since it was read is not under this key any more.
    if (cells.length < PORTION || resealed === 0) return;
  }
}
