/** Seals anew, under the first key of the ring, what is stored under other keys (K13). */
import { RondoError } from '../base/errors.ts';
import type { Sealer } from '../state/sealer.ts';
import { openText, sealText } from '../stored/sealed-text.ts';
import type { SpillStore } from './contract.ts';

const PORTION = 500;

/** What is written meanwhile is under the first key already. */
export async function rewrapSpill(store: SpillStore, sealer: Sealer): Promise<void> {
  for (const keyId of (await store.countKeys()).keys()) {
    if (keyId !== sealer.keyId) await rewrapKey(store, sealer, keyId);
  }
}

async function rewrapKey(store: SpillStore, sealer: Sealer, keyId: string): Promise<void> {
  for (;;) {
    const cells = await store.sealedUnder(keyId, PORTION);
    let resealed = 0;
    for (const cell of cells) {
      const text = openText(sealer, cell.sealed, cell.key);
      if (text === undefined) throw unreadable();
      if (await store.reseal(cell, sealText(sealer, text, cell.key))) resealed++;
    }
    if (cells.length < PORTION || resealed === 0) return;
  }
}

function unreadable(): RondoError<'unreadable_journal'> {
  const message =
    'A large journal cannot be opened. It is damaged, or its key is not in the ring any more.';
  return new RondoError('unreadable_journal', message);
}
