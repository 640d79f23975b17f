/** Runs the mutation tester over a folder of `src/`: `npm run mutation -- flow`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages, newerNode } from '../scripts/newer-node.ts';
import { AREAS, MUTATED } from './areas.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const [path, ...options] = process.argv.slice(2);

if (path === undefined || !Object.hasOwn(AREAS, path.split('/')[0]!)) {
  console.log('usage: npm run mutation -- <folder or file of src/> [options of stryker]');
  console.log(`where the folder is, or is in, one of: ${Object.keys(AREAS).join(', ')}`);
  process.exitCode = path === undefined ? 0 : 2;
} else {
  installPackages(here);
  const stryker = join(here, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const args = [stryker, 'run', 'mutation/stryker.config.ts', ...options];
  const env = { ...process.env, [MUTATED]: path };
  process.exitCode = spawnSync(newerNode(), args, { stdio: 'inherit', env }).status ?? 1;
}
