/** Runs the mutation tester over a part of `src/`: `npm run mutation -- flow`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages, newerNode } from '../scripts/newer-node.ts';
import { AREAS, MUTATED, partsOf } from './areas.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const [path = '', ...options] = process.argv.slice(2);
const parts = partsOf(path);

if (parts.length === 0) {
  console.log('usage: npm run mutation -- <folder or file of src/> [options of stryker]');
  console.log(`what can be mutated: ${Object.keys(AREAS).join(', ')}`);
  process.exitCode = path === '' ? 0 : 2;
} else {
  installPackages(here);
  const passed = parts.map((part) => mutate(part));
  process.exitCode = passed.every(Boolean) ? 0 : 1;
}

/** Whether the score that the area wants was reached. */
function mutate(part: string): boolean {
  const stryker = join(here, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const args = [stryker, 'run', 'mutation/stryker.config.ts', ...options];
  const env = { ...process.env, [MUTATED]: part };
  return spawnSync(newerNode(), args, { stdio: 'inherit', env }).status === 0;
}
