/**
 * A random handler, called by a client of this revision, and by one of 2025-11-25: both must get the
 * same result, and the server must do and record the same (L8, F14).
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HANGS, draws } from '../../../src/base/test-support/fuzz.ts';
import { programs } from '../../support/random-flows/programs.ts';
import { RandomServer } from '../../support/random-flows/wire-players.ts';

const DRAWS = draws(30);

let server: RandomServer;
beforeAll(async () => void (server = await RandomServer.start()));
afterAll(() => server.close());

it(
  `L8 F14 random handlers see, do and record the same for clients of both eras (${DRAWS.numRuns} programs)`,
  async () => {
    await fc.assert(
      fc.asyncProperty(programs(4), fc.integer(), async (program, seed) => {
        const modern = await server.playNew(program, seed);
        const old = await server.playOld(program, seed);
        expect(old).toEqual(modern);
        expect(modern.text).toBe('ended');
      }),
      DRAWS,
    );
  },
  HANGS,
);
