/** How a property test draws its random inputs. */
interface Draws {
  readonly numRuns: number;
  readonly seed?: number;
}

/**
 * `runs` draws, or as many as `RONDO_FUZZ_RUNS` says; the same ones every time if `RONDO_FUZZ_SEED`
 * is set.
 */
export function draws(runs: number): Draws {
  const seed = process.env['RONDO_FUZZ_SEED'];
  return {
    numRuns: Number(process.env['RONDO_FUZZ_RUNS'] ?? runs),
    ...(seed !== undefined && { seed: Number(seed) }),
  };
}

/** Only a hang takes this long: a property test has no speed to show. In ms. */
export const HANGS = 600_000;
