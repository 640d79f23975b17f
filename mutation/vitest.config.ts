import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { mutated } from './areas.ts';

/** Quick tests first: the first that notices a mutant ends its run. */
class PropertiesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification): boolean => moduleId.includes('.property.');
    return [...files.filter((file) => !isSlow(file)), ...files.filter(isSlow)];
  }
}

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: [...mutated().area.tests],
    sequence: { sequencer: PropertiesLast },
    // Many mutants hang: a test that takes so much longer than it does has noticed one.
    testTimeout: 5_000,
    // The same random inputs for every mutant, or one would be noticed by luck.
    env: { RONDO_FUZZ_RUNS: '40', RONDO_FUZZ_SEED: '1', RONDO_WIRES: 'in process' },
    // Test files share the modules they import: most of the time goes into importing.
    isolate: false,
  },
});
