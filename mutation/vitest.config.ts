import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { mutated } from './areas.ts';

/** Quick tests first: the first that notices a mutant ends its run. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

/** Unit tests, then those over a wire, then those with random inputs. */
function rank({ moduleId }: TestSpecification): number {
  if (moduleId.includes('.property.')) return 2;
  return moduleId.includes('/src/') ? 0 : 1;
}

const { area } = mutated();

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: [...area.tests],
    sequence: { sequencer: QuickFirst },
    setupFiles: ['mutation/time-out.ts'],
    // The same random inputs for every mutant, or one would be noticed by luck.
    env: { RONDO_FUZZ_RUNS: '40', RONDO_FUZZ_SEED: '1', RONDO_WIRES: area.wires ?? 'in process' },
    // Test files share the modules they import: most of the time goes into importing.
    isolate: false,
  },
});
