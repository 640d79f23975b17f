/** How Stryker runs; see https://stryker-mutator.io/docs/stryker-js/configuration. */
import { mutated } from './areas.ts';

const { path, name, area, apart } = mutated();
const results = `results/mutation/${name.replaceAll('/', '-')}`;

export default {
  mutate: [
    sourcesOf(path),
    '!src/**/*.test.ts',
    '!src/**/test-support/**',
    ...apart.map((each) => `!${sourcesOf(each)}`),
  ],
  // Messages are for people: tests look for the words that matter, not for every letter.
  mutator: { excludedMutations: ['StringLiteral'] },
  testRunner: 'vitest',
  vitest: { configFile: 'mutation/vitest.config.ts', related: false },
  concurrency: 1,
  timeoutMS: 1_500,
  dryRunTimeoutMinutes: 15,
  incremental: true,
  incrementalFile: `${results}/incremental.json`,
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  allowConsoleColors: false,
  clearTextReporter: { logTests: false, reportTests: false },
  htmlReporter: { fileName: `${results}/report.html` },
  jsonReporter: { fileName: `${results}/report.json` },
  thresholds: { high: 95, low: area.least, break: area.least },
  ignorePatterns: ['**', '!src/**', '!test/**', '!mutation/*.ts', '!*.json'],
  tempDirName: `${results}/sandbox`,
  // There is no such file: to rewrite a tsconfig, Stryker needs an API that TypeScript 7 lacks.
  tsconfigFile: 'none.json',
  // What runs when a file is loaded would need every test, and is noticed by nearly all of them.
  ignoreStatic: true,
  disableTypeChecks: false,
};

function sourcesOf(part: string): string {
  return part.endsWith('.ts') ? `src/${part}` : `src/${part}/**/*.ts`;
}
