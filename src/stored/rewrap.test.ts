import { describe, expect, it } from 'vitest';
import { KeyRing, generateKey } from '../state/key-ring.ts';
import { Sealer } from '../state/sealer.ts';
import { CellSeal } from './cell-seal.ts';
import { type Rewrappable, rewrap } from './rewrap.ts';
import type { SealedText } from './sealed-text.ts';

interface Address {
  readonly id: number;
}

const NAMES = {
  contextOf: ({ id }: Address) => `${id}`,
  nameOf: ({ id }: Address) => `The cell ${id}`,
};

const [OLD, NEW] = [generateKey(), generateKey()];
const sealOf = (...keys: string[]): CellSeal<Address> =>
  new CellSeal(new Sealer(new KeyRing(keys), 'task'), NAMES);
const SEAL = sealOf(NEW, OLD);

/** Cells under the old key, in memory. */
class Cells implements Rewrappable<Address> {
  readonly all = new Map<number, SealedText>();

  constructor(count: number, seal = sealOf(OLD)) {
    for (let id = 0; id < count; id++) this.all.set(id, seal.seal({ id }, `text ${id}`));
  }

  damage(id: number): void {
    const { keyId, text } = this.all.get(id)!;
    this.all.set(id, { keyId, text: `${text.slice(0, -4)}AAAA` });
  }

  async countKeys(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { keyId } of this.all.values()) counts.set(keyId, (counts.get(keyId) ?? 0) + 1);
    return counts;
  }

  async sealedUnder(keyId: string, limit: number) {
    const found = [...this.all].filter(([, sealed]) => sealed.keyId === keyId);
    return found.slice(0, limit).map(([id, sealed]) => ({ id, sealed }));
  }

  async reseal({ id, sealed }: Address & { sealed: SealedText }, anew: SealedText) {
    const isAsRead = this.all.get(id)?.text === sealed.text;
    if (isAsRead) this.all.set(id, anew);
    return isAsRead;
  }

  get left(): number {
    return [...this.all.values()].filter(({ keyId }) => keyId !== SEAL.keyIds[0]).length;
  }
}

describe('K13 sealing anew', () => {
  it('is done when it returns, although another does the same', async () => {
    const cells = new Cells(2_000);
    const left: number[] = [];
    const both = [1, 2].map(() => rewrap(cells, SEAL).then(() => left.push(cells.left)));
    await Promise.all(both);
    expect(left).toEqual([0, 0]);
  });

  it('leaves what is damaged as it is, does all else, and says so', async () => {
    const cells = new Cells(1_200);
    for (const id of [3, 700, 701]) cells.damage(id);
    const message =
      'The cell 3 cannot be opened. It is damaged, or its key is not in the ring any more. ' +
      'So it is with 2 more. All else is sealed anew.';
    await expect(rewrap(cells, SEAL)).rejects.toMatchObject({
      code: 'unreadable_journal',
      message,
    });
    expect(cells.left).toBe(3);
  });

  it('gives up a key that is not in the ring after 500 cells', async () => {
    const cells = new Cells(2_000, sealOf(generateKey()));
    await expect(rewrap(cells, SEAL)).rejects.toThrow(/^The cell 0 cannot .* with 499 more\.$/);
    expect(cells.left).toBe(2_000);
  });

  it('lets others have their turns', async () => {
    let [turns, isOver] = [0, false];
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await rewrap(new Cells(200), SEAL);
    isOver = true;
    expect(turns).toBeGreaterThan(190);
  });
});
