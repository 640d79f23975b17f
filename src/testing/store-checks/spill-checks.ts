/** Journals that are too large for a request state. */
import type { SpillStore } from '../../spill/contract.ts';
import { randomId } from '../../state/flow-secret.ts';
import { HOUR, SHORT, same, sealed, until } from './store-check.ts';

/** One thing that every store of large journals does. Checks may share one, and run at once. */
export interface SpillCheck {
  /** A sentence, for a list of failures. */
  readonly name: string;
  /** Rejects with what is wrong. */
  run(store: { readonly spill: SpillStore }): Promise<void>;
}

function check(name: string, run: (spill: SpillStore, key: string) => Promise<void>): SpillCheck {
  return { name, run: ({ spill }) => run(spill, randomId()) };
}

/** What every store of large journals does: run each against yours. */
export const spillChecks: readonly SpillCheck[] = [
  check('a record is what was put there', async (spill, key) => {
    same(await spill.get(key), undefined, 'what is there before');
    const text = 'x'.repeat(1_000_000);
    await spill.put(key, sealed(text), HOUR);
    same((await spill.get(key))?.text === text, true, 'what is there after');
  }),

  check('a record is gone when its life is over', async (spill, key) => {
    await spill.put(key, sealed('x', key), SHORT);
    await until('it is gone', async () =>
      (await spill.get(key)) === undefined ? true : undefined,
    );
    await until('it is deleted', async () => {
      await spill.expire(1_000);
      return (await spill.sealedUnder(key, 1)).length === 0 || undefined;
    });
  }),

  check(
    'records are found by their keys, and replaced if they are as they were',
    async (spill, key) => {
      await spill.put(key, sealed('x', key), HOUR);
      same((await spill.countKeys()).get(key), 1, 'how many there are');
      const [cell] = await spill.sealedUnder(key, 10);
      same(cell, { key, sealed: sealed('x', key) }, 'what there is');
      same(await spill.reseal(cell!, sealed('y')), true, 'reseal() of what is as it was');
      same(await spill.reseal(cell!, sealed('z')), false, 'reseal() of what is not');
      same((await spill.get(key))?.text, 'y', 'what is there after');
    },
  ),
];
