/** The short version of `npm run soak`. */
import { expect, inject, it } from 'vitest';
import { soak } from '../soak/soak.ts';
import { HANG } from '../support/hang.ts';
import { withPostgres } from '../support/postgres/if-there.ts';

withPostgres(() => {
  it(
    'F5 S7 L6 a server under load of all kinds gives right results, does not grow, and keeps nothing of clients that are gone',
    async () => {
      const { wrong } = await soak({
        build: inject('build'),
        seconds: 15,
        atOnce: 1,
        // What they leave is kept for longer than this runs.
        abandons: false,
        // Much is compiled, and made at its first use, within this time.
        bounds: { heap: 1.1, cost: 1.5 },
        patience: 20,
      });
      expect(wrong).toEqual([]);
    },
    4 * HANG,
  );
});
