/** What one run of a function costs, on a machine that does other things as well. */

const WARM_UP_RUNS = 5_000;
const BATCHES = 9;
const BATCH_MS = 100;

/** Microseconds, from the batch that was disturbed least. */
export async function costOf(run: () => unknown): Promise<number> {
  let rate = 0;
  const start = performance.now();
  for (let done = 0; done < WARM_UP_RUNS; done++) await run();
  rate = WARM_UP_RUNS / (performance.now() - start);
  const runs = Math.ceil(rate * BATCH_MS);
  let best = Infinity;
  for (let batch = 0; batch < BATCHES; batch++) {
    const before = performance.now();
    for (let done = 0; done < runs; done++) await run();
    best = Math.min(best, (performance.now() - before) / runs);
  }
  return best * 1000;
}
