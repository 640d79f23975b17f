/** Runs the official suite against the fixtures and the client: `npm run conformance`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from 'mcp-rondo/node';
import { installPackages, suite } from '../scripts/newer-node.ts';
import { fixtureServer } from './fixtures/index.ts';
import { type Check, type Results, readResults, report } from './results.ts';
import { OLD_REVISION, REVISION, requiredScenarios, runSuite } from './suite.ts';

/** Scenarios the suite runs without counting them, and that have to pass all the same. */
const MORE_OF_SERVERS: Readonly<Record<string, readonly string[]>> = {
  [REVISION]: [
    'json-schema-2020-12',
    'http-header-validation',
    'http-custom-header-server-validation',
    'tasks-capability-negotiation',
    'tasks-dispatch-and-envelope',
    'tasks-lifecycle',
    'tasks-mrtr-composition',
    'tasks-mrtr-input',
    'tasks-request-headers',
    'tasks-request-state-removal',
    'tasks-required-task-error',
    'tasks-status-notifications',
    'tasks-wire-fields',
  ],
  [OLD_REVISION]: ['json-schema-2020-12', 'server-session-lifecycle'],
};
const WITHOUT_A_PERSON = [
  'auth/client-credentials-basic',
  'auth/client-credentials-jwt',
  'auth/wif-jwt-bearer',
];
const MORE_OF_CLIENTS: Readonly<Record<string, readonly string[]>> = {
  [REVISION]: ['json-schema-2020-12-preservation', ...WITHOUT_A_PERSON],
  [OLD_REVISION]: WITHOUT_A_PERSON,
};

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
  const sides = await testServer();
  for (const revision of [REVISION, OLD_REVISION]) sides.push(await testClient(revision));
  process.exitCode = sides.every(Boolean) ? 0 : 1;
}

/** One process serves both revisions. */
async function testServer(): Promise<boolean[]> {
  const serving = await serve(fixtureServer(), { port: 0, signals: false });
  try {
    const revisions = [REVISION, OLD_REVISION];
    const isGood: boolean[] = [];
    for (const revision of revisions) isGood.push(await testServerBy(revision, serving.url));
    return isGood;
  } finally {
    await serving.close();
  }
}

async function testServerBy(revision: string, url: string): Promise<boolean> {
  const results = await into(async (output) => {
    const args = ['--url', url, '--requirements', revision];
    const { text } = await runSuite('server', args, output);
    if (verbose) console.log(text);
  });
  const required = await requiredScenarios('server', revision);
  const more = MORE_OF_SERVERS[revision]!;
  return report(results, { side: 'server', revision, required, more });
}

async function testClient(revision: string): Promise<boolean> {
  const required = await requiredScenarios('client', revision);
  const more = MORE_OF_CLIENTS[revision]!;
  const waiting = [...required, ...more];
  const results = new Map<string, readonly Check[]>();
  // As many at once as there are cores: the suite gives each client half a minute.
  const runRest = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      for (const [name, checks] of await runClientScenario(next, revision)) {
        results.set(name, checks);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, runRest));
  return report(results, { side: 'client', revision, required, more });
}

async function runClientScenario(scenario: string, revision: string): Promise<Results> {
  // Scenarios of extensions belong to no revision: without --force they are passed over.
  const named = ['--scenario', scenario, '--spec-version', revision, '--force'];
  const args = ['--command', CLIENT, ...named];
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
