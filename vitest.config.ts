import { defineConfig } from 'vitest/config';

export default defineConfig({
  // What imports the package by its name gets the sources.
  resolve: { tsconfigPaths: true },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 20_000,
  },
});
