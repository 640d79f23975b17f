/** Runs the official suite against the fixtures: `npm run conformance`. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serve } from 'mcp-rondo/node';
import { fixtureServer } from './fixtures/index.ts';

const REVISION = '2026-07-28';

/** Scenarios the suite runs without counting them, and that have to pass all the same. */
const ALSO_REQUIRED = [
  'json-schema-2020-12',
  'http-header-validation',
  'http-custom-header-server-validation',
];

const suite = fileURLToPath(new URL('./suite/', import.meta.url));
const suitePackage = join(suite, 'node_modules/@modelcontextprotocol/conformance');

interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

const { values } = parseArgs({
  options: { verbose: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) {
  console.log('usage: npm run conformance -- [--verbose]');
} else {
  process.exitCode = await main(values.verbose === true);
}

async function main(verbose: boolean): Promise<number> {
  await installSuite();
  const output = await mkdtemp(join(tmpdir(), 'rondo-conformance-'));
  const serving = await serve(fixtureServer(), { port: 0, signals: false });
  try {
    const args = ['server', '--url', serving.url, '--requirements', REVISION, '-o', output];
    const text = await run(suiteNode(), [join(suitePackage, 'dist/index.js'), ...args]);
    if (verbose) console.log(text);
    return report(await readResults(output), await requiredScenarios());
  } finally {
    await serving.close();
    await rm(output, { recursive: true, force: true });
  }
}

/** The suite needs a newer Node than the project, so it has one of its own. */
async function installSuite(): Promise<void> {
  if (existsSync(join(suite, 'node_modules'))) return;
  console.log('Installing the conformance suite …');
  await run('npm', ['ci', '--prefix', suite, '--no-audit', '--no-fund']);
}

function suiteNode(): string {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const path = join(suite, 'node_modules', name, 'bin', 'node');
  if (existsSync(path)) return path;
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  throw new Error(`The suite needs Node 22 or newer, and there is none for ${name}.`);
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const keep = (chunk: Buffer): void => void (text += chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    // The suite ends with 1 for failures it counts; what they are is in its results.
    child.once('close', (code) =>
      code === 0 || code === 1 ? resolve(text) : reject(new Error(`${command} failed:\n${text}`)),
    );
  });
}

/** Checks by scenario; the suite writes a folder for each, named `server-<scenario>-<time>`. */
async function readResults(output: string): Promise<Map<string, Check[]>> {
  const results = new Map<string, Check[]>();
  for (const folder of await readdir(output)) {
    const scenario = /^server-(.+)-\d{4}-\d\d-\d\dT.*$/.exec(folder)?.[1];
    if (scenario === undefined) continue;
    const text = await readFile(join(output, folder, 'checks.json'), 'utf8');
    results.set(scenario, JSON.parse(text) as Check[]);
  }
  return results;
}

async function requiredScenarios(): Promise<string[]> {
  const path = join(suitePackage, 'requirements', `${REVISION}.yaml`);
  const text = await readFile(path, 'utf8');
  const section = /^server:\n((?: {2}- .*\n)+)/m.exec(text)?.[1] ?? '';
  return [...section.matchAll(/^ {2}- (.+)$/gm)].map((match) => match[1]!);
}

function report(results: Map<string, Check[]>, required: readonly string[]): number {
  const wanted = [...required, ...ALSO_REQUIRED];
  let passed = 0;
  for (const scenario of wanted) {
    const checks = results.get(scenario);
    const bad = checks?.filter(({ status }) => status === 'FAILURE' || status === 'WARNING');
    if (checks !== undefined && checks.length > 0 && bad!.length === 0) passed++;
    else console.log(`✗ ${scenario}${checks === undefined ? ': did not run' : ''}`);
    for (const { id, status, errorMessage } of bad ?? []) {
      console.log(`    ${status} ${id}: ${errorMessage ?? ''}`);
    }
  }
  const total = [...results.values()].flat().filter((check) => check.status === 'SUCCESS').length;
  console.log(
    `${passed === wanted.length ? '✓' : '✗'} ${passed} of ${wanted.length} scenarios of ${REVISION} ` +
      `(${required.length} required, ${ALSO_REQUIRED.length} more) without a failure or a warning.`,
  );
  const extra = [...results.keys()].filter((scenario) => !wanted.includes(scenario));
  console.log(`  ${total} checks passed in all; not counted: ${extra.join(', ')}`);
  return passed === wanted.length ? 0 : 1;
}
