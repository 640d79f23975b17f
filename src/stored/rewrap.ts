/** Seals anew, under the first key of the ring, what is stored under other keys (K13). */
import { RondoError } from '../base/errors.ts';
import { nextTurn } from '../base/timing/next-turn.ts';
import type { CellSeal } from './cell-seal.ts';
import type { SealedText } from './sealed-text.ts';

const PORTION = 500;

/** Of how many damaged cells of a key it goes on: each is read again with every portion. */
const MOST_DAMAGED = PORTION;

type Cell<Address> = Address & { readonly sealed: SealedText };

/** What a store does so that its cells can be sealed anew. */
export interface Rewrappable<Address> {
  countKeys(): Promise<ReadonlyMap<string, number>>;
  sealedUnder(keyId: string, limit: number): Promise<readonly Cell<Address>[]>;
  reseal(cell: Cell<Address>, sealed: SealedText): Promise<boolean>;
}

/**
 * What is written meanwhile is under the first key already, and is left as it is; so is what is damaged, and all else
 * is done. Others may do the same meanwhile.
 *
 * @throws RondoError `unreadable_journal` in the end, for what no key of the ring opens
 */
export async function rewrap<Address>(
  store: Rewrappable<Address>,
  seal: CellSeal<Address>,
): Promise<void> {
  const [first] = seal.keyIds;
  const failures: Error[] = [];
  for (const keyId of (await store.countKeys()).keys()) {
    if (keyId !== first) failures.push(...(await rewrapKey(store, seal, keyId)));
  }
  if (failures.length > 0) throw unreadable(failures);
}

/** Returns why cells could not be opened, each for one. */
async function rewrapKey<Address>(
  store: Rewrappable<Address>,
  seal: CellSeal<Address>,
  keyId: string,
): Promise<Iterable<Error>> {
  const damaged = new Map<string, Error>();
  for (;;) {
    const limit = PORTION + damaged.size;
    const cells = await store.sealedUnder(keyId, limit);
    for (const cell of cells) {
      const address = JSON.stringify({ ...cell, sealed: undefined });
      if (damaged.has(address)) continue;
      // One that has changed since it was read is not under this key any more.
      const why = await resealed(store, seal, cell);
      if (why !== undefined) damaged.set(address, why);
      // A database in this process answers without giving anybody else a turn.
      await new Promise<void>((resolve) => void nextTurn(resolve));
    }
    if (cells.length < limit || damaged.size >= MOST_DAMAGED) return damaged.values();
  }
}

/** Returns why it could not be opened. */
async function resealed<Address>(
  store: Rewrappable<Address>,
  seal: CellSeal<Address>,
  cell: Cell<Address>,
): Promise<Error | undefined> {
  let text: string;
  try {
    text = seal.open(cell, cell.sealed);
  } catch (error) {
    return error as Error;
  }
  await store.reseal(cell, seal.seal(cell, text));
  return undefined;
}

function unreadable([first, ...others]: readonly Error[]): RondoError<'unreadable_journal'> {
  const count = others.length === 0 ? '' : ` So it is with ${others.length} more.`;
  const all = others.length < MOST_DAMAGED - 1 ? ' All else is sealed anew.' : '';
  return new RondoError('unreadable_journal', `${first!.message}${count}${all}`);
}
