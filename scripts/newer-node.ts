/** Tools that need a newer Node than the project have packages of their own, apart from its own. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The packages of the conformance suite; a Node binary is one of them. */
export const suite: string = fileURLToPath(new URL('../conformance/suite/', import.meta.url));

/** Installs what the package.json in `folder` names, unless that was done before. */
export function installPackages(folder: string): void {
  if (existsSync(join(folder, 'node_modules'))) return;
  console.log(`Installing ${folder} …`);
  const args = ['ci', '--prefix', folder, '--no-audit', '--no-fund'];
  execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/**
 * The path of a Node 22 or newer: the one installed with the conformance suite, or the one that runs
 * this.
 */
export function newerNode(): string {
  installPackages(suite);
  const path = installedNewerNode();
  if (path !== undefined) return path;
  throw new Error(`This needs Node 22 or newer, and there is none for ${platform}.`);
}

const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** The same; `undefined` if it would have to be installed. */
export function installedNewerNode(): string | undefined {
  const path = join(suite, 'node_modules', `node-${platform}`, 'bin', 'node');
  if (existsSync(path)) return path;
  return Number(process.versions.node.split('.')[0]) >= 22 ? process.execPath : undefined;
}
