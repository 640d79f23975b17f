/**
 * Vitest's global set-up: compiles the package and the programs that tests start, once for every
 * state of the sources. Each state has a folder of its own, so that test runs that happen at the
 * same time, and before and after a change, do not disturb each other.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that holds the built package (`dist/`) and the built programs. */
    readonly build: string;
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const builds = join(root, '.cache/builds');

/** Everything that can end up in a program. */
const SOURCES = ['src', 'test', 'examples', 'conformance/fixtures', 'conformance/server.ts'];
const SETTINGS = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'tsconfig.programs.json'];

/** Builds that were not used for so long, in ms, are deleted. */
const KEPT_FOR = 24 * 60 * 60 * 1_000;

export default function setup(project: TestProject): void {
  project.provide('build', builtFolder());
}

/** The folder that holds the build of these sources, which is made if there is none. */
export function builtFolder(): string {
  const folder = join(builds, digest());
  if (!existsSync(folder)) build(folder);
  utimesSync(folder, new Date(), new Date());
  deleteOld();
  return folder;
}

function digest(): string {
  const hash = createHash('sha256');
  for (const file of [...SETTINGS, ...SOURCES.flatMap(filesIn)].sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function filesIn(path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  const names = readdirSync(join(root, path), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /(?<!\.test)\.ts$|\.json$/.test(name))
    .map((name) => `${path}/${name}`);
}

/** Appears as a whole or not at all: another test run may need the same build, or make it. */
function build(folder: string): void {
  mkdirSync(builds, { recursive: true });
  const unfinished = mkdtempSync(join(builds, 'unfinished-'));
  // A package of the same name: the programs find the built one by it.
  copyFileSync(join(root, 'package.json'), join(unfinished, 'package.json'));
  compile('tsconfig.build.json', join(unfinished, 'dist'));
  compile('tsconfig.programs.json', unfinished);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

/** Types are checked by `npm run typecheck`. */
function compile(config: string, to: string): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '-p', join(root, config), '--noCheck', '--outDir', to];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}

function deleteOld(): void {
  for (const name of readdirSync(builds)) {
    const folder = join(builds, name);
    const used = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (Date.now() - used > KEPT_FOR) rmSync(folder, { recursive: true, force: true });
  }
}
