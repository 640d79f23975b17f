/** The short version of `npm run chaos`. */
import { expect, inject, it } from 'vitest';
import { chaos } from '../chaos/chaos.ts';
import { hasNginx } from '../chaos/nginx.ts';
import { POINTS } from '../chaos/points.ts';
import { HANG } from '../support/hang.ts';
import { withPostgres } from '../support/postgres/if-there.ts';

if (!hasNginx) console.warn('Tests with nginx are not run here: apt-get install nginx');

withPostgres(() => {
  it.skipIf(!hasNginx)(
    'S7 F10 flows end with their results, and effects exist once, while instances, replies, keys and the store are lost',
    async () => {
      const { counts, wrong } = await chaos({
        build: inject('build'),
        flows: 40,
        atOnce: 10,
        every: { kill: 8, rotation: 20, restart: 30 },
        longestLife: 20,
        seed: 1,
      });
      expect(wrong).toEqual([]);
      const died = POINTS.filter((point) => counts.of(`died: ${point}`) > 0);
      const disasters = [
        'killed at a random moment',
        'keys dropped that are not used',
        'keys dropped that are used',
        'flows begun again',
        'store restarted',
      ];
      const losses = ['reply dropped', 'sent twice at once', 'rounds sent again'];
      const missing = [...disasters, ...losses].filter((what) => counts.of(what) === 0);
      expect([died.length > 0, missing]).toEqual([true, []]);
    },
    4 * HANG,
  );
});
