/** Runs the official suite against the fixtures and the client: `npm run conformance`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from 'mcp-rondo/node';
import { installPackages, suite } from '../scripts/newer-node.ts';
import { fixtureServer } from './fixtures/index.ts';
import { type Check, type Results, readResults, report } from './results.ts';
import { REVISION, requiredScenarios, runSuite } from './suite.ts';

/** Scenarios the suite runs without counting them, and that have to pass all the same. */
const MORE_OF_SERVERS = [
  'json-schema-2020-12',
  'http-header-validation',
  'http-custom-header-server-validation',
];
const MORE_OF_CLIENTS = ['json-schema-2020-12-preservation'];

/** How the suite starts the client under test; it adds the address of its server. */
const CLIENT = 'npm run --silent conformance:client --';

const { values } = parseArgs({
  options: { verbose: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});
const verbose = values.verbose === true;
if (values.help) {
  console.log('usage: npm run conformance -- [--verbose]');
} else {
  installPackages(suite);
  const sides = [await testServer(), await testClient()];
  process.exitCode = sides.every(Boolean) ? 0 : 1;
}

async function testServer(): Promise<boolean> {
  const serving = await serve(fixtureServer(), { port: 0, signals: false });
  try {
    const args = ['--url', serving.url, '--requirements', REVISION];
    const results = await into(async (output) => {
      const { text } = await runSuite('server', args, output);
      if (verbose) console.log(text);
    });
    const required = await requiredScenarios('server');
    return report(results, { side: 'server', required, more: MORE_OF_SERVERS, leftOut: [] });
  } finally {
    await serving.close();
  }
}

/** Authorization is not part of the client: those scenarios are left out. */
async function testClient(): Promise<boolean> {
  const all = await requiredScenarios('client');
  const leftOut = all.filter((scenario) => scenario.startsWith('auth/'));
  const required = all.filter((scenario) => !leftOut.includes(scenario));
  const scenarios = [...required, ...MORE_OF_CLIENTS];
  const runs = await Promise.all(scenarios.map(runClientScenario));
  const results = new Map(runs.flatMap((run) => [...run]));
  return report(results, { side: 'client', required, more: MORE_OF_CLIENTS, leftOut });
}

async function runClientScenario(scenario: string): Promise<Results> {
  const args = ['--command', CLIENT, '--scenario', scenario, '--spec-version', REVISION];
  let hasFailures = false;
  const results = await into(async (output) => {
    const ended = await runSuite('client', args, output);
    ({ hasFailures } = ended);
    if (verbose) console.log(ended.text);
  });
  const checks = results.get(scenario) ?? [];
  return new Map([[scenario, hasFailures ? [...checks, ...unnamed(checks)] : checks]]);
}

/** The client can also fail in ways that no check tells: it takes too long, or ends with an error. */
function unnamed(checks: readonly Check[]): Check[] {
  if (checks.some(({ status }) => status === 'FAILURE' || status === 'WARNING')) return [];
  const errorMessage = 'it ended with an error, or not at all; see --verbose';
  return [{ id: 'client', status: 'FAILURE', errorMessage }];
}

/** What was found in a run that has a folder of its own. */
async function into(run: (output: string) => Promise<void>): Promise<Results> {
  const output = await mkdtemp(join(tmpdir(), 'rondo-conformance-'));
  try {
    await run(output);
    return await readResults(output);
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}
