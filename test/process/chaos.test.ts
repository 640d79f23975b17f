/** The short version of `npm run chaos`. */
import { expect, inject, it } from 'vitest';
import { chaos } from '../chaos/chaos.ts';
import { hasNginx } from '../chaos/nginx.ts';
import { POINTS } from '../chaos/points.ts';
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
      const died = POINTS.reduce((sum, point) => sum + counts.of(`died: ${point}`), 0);
      expect(died, String(counts)).toBeGreaterThan(0);
      for (const what of ['killed at a random moment', 'keys rotated', 'store restarted']) {
        expect(counts.of(what), `${what}\n${counts}`).toBeGreaterThan(0);
      }
      for (const what of ['reply dropped', 'sent twice at once', 'rounds sent again']) {
        expect(counts.of(what), `${what}\n${counts}`).toBeGreaterThan(0);
      }
    },
  );
});
