import { availableParallelism } from 'node:os';
import { type TestProjectInlineConfiguration, defineConfig } from 'vitest/config';
import { HANG } from './test/support/hang.ts';

/** Compiles what these tests start as programs of their own. */
const programs = { globalSetup: ['test/support/build.ts'] };

/** One kind of test; test/README.md says which there are. */
function project(
  name: string,
  include: string[],
  options: TestProjectInlineConfiguration['test'] = {},
): TestProjectInlineConfiguration {
  return { extends: true, test: { name, include, ...options } };
}

export default defineConfig({
  // What imports the package by its name gets the sources.
  resolve: { tsconfigPaths: true },
  test: {
    // Files that a worker runs share the modules they import: reading those costs more than the
    // tests. What a file changes of its process it puts back.
    isolate: false,
    // Also on two cores: much of a test is waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Later than what a test waits for with words of its own.
    testTimeout: 2 * HANG,
    hookTimeout: 2 * HANG,
    expect: { poll: { timeout: HANG } },
    projects: [
      project('unit', ['src/**/*.test.ts', 'test/*.test.ts', 'test/unit/**/*.test.ts']),
      project('wire', ['test/wire/**/*.test.ts']),
      project('wire-by-fetch', ['test/wire/bad-http/*.test.ts'], { provide: { http: 'fetch' } }),
      project('process', ['test/process/**/*.test.ts'], programs),
      project('interop', ['test/interop/**/*.test.ts'], programs),
    ],
  },
});
