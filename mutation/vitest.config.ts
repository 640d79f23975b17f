import { defineConfig } from 'vitest/config';
import { mutated } from './areas.ts';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: [...mutated().area.tests],
    setupFiles: ['mutation/setup.ts'],
    // Stryker stops what hangs.
    testTimeout: 300_000,
    // Random programs cost the most, and a mutant that none of so many meets is rarely met by more.
    env: { RONDO_FUZZ_RUNS: '60' },
  },
});
