/**
 * Fails on any import between the folders of `src/` that is not in this table: arrows point one way
 * (base ← protocol ← schema ← flow, state, http, stdio ← server, client). Fails as well on a `node:` import
 * in the folders that have to run anywhere.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ARROWS: Record<string, readonly string[]> = {
  base: [],
  protocol: ['base'],
  schema: ['base', 'protocol'],
  flow: ['base', 'protocol', 'schema'],
  state: ['base', 'protocol'],
  http: ['base', 'protocol'],
  stdio: ['base', 'protocol'],
  server: ['base', 'protocol', 'schema', 'flow', 'state', 'http'],
  client: ['base', 'protocol', 'schema', 'http', 'stdio'],
  testing: ['base', 'protocol', 'schema', 'flow', 'state', 'server', 'client'],
  cli: ['base', 'protocol', 'schema', 'flow', 'state', 'client', 'http', 'stdio'],
};

/** Folders without a single `node:` import, types aside; files beside them may have one. */
const PURE = ['base', 'protocol', 'schema', 'flow', 'state', 'server', 'testing'];

const IMPORT = /^(?:import|export)\s+(?<type>type\s)?[^'"]*?from\s+'(?<from>[^']+)'/gm;

const src = fileURLToPath(new URL('../src/', import.meta.url));
const problems: string[] = [];

for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.ts') || file.endsWith('.test.ts') || /\/test-support\//.test(file)) continue;
  const folder = file.includes('/') ? file.split('/')[0]! : undefined;
  if (folder !== undefined) checkFile(file, folder);
}

for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log('All arrows point the right way.');
process.exitCode = problems.length === 0 ? 0 : 1;

function checkFile(file: string, folder: string): void {
  const allowed = ARROWS[folder];
  if (allowed === undefined) problems.push(`src/${file}: '${folder}' is not in the table`);
  const text = readFileSync(join(src, file), 'utf8');
  for (const { groups } of text.matchAll(IMPORT)) {
    const from = groups!['from']!;
    if (from.startsWith('node:') && PURE.includes(folder) && groups!['type'] === undefined) {
      problems.push(`src/${file}: imports ${from}, and '${folder}' has to run anywhere`);
    }
    if (!from.startsWith('.')) continue;
    const target = relative(src, resolve(join(src, dirname(file)), from)).split('/')[0]!;
    if (target !== folder && !allowed?.includes(target)) {
      problems.push(`src/${file}: '${folder}' must not import from '${target}' (${from})`);
    }
  }
}
