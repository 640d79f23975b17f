/** The official suite: where it is, what it requires, and how it is run. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REVISION = '2026-07-28';

const root = fileURLToPath(new URL('./suite/', import.meta.url));
const program = join(root, 'node_modules/@modelcontextprotocol/conformance');

/** The side of the protocol that is tested. */
export type Side = 'server' | 'client';

/** The suite needs a newer Node than the project, so it has one of its own. */
export async function installSuite(): Promise<void> {
  if (existsSync(join(root, 'node_modules'))) return;
  console.log('Installing the conformance suite …');
  await run('npm', ['ci', '--prefix', root, '--no-audit', '--no-fund']);
}

/** Runs the suite and resolves with all it says; what it finds goes into the folder `output`. */
export function runSuite(side: Side, args: readonly string[], output: string): Promise<Ended> {
  return run(node(), [join(program, 'dist/index.js'), side, ...args, '-o', output]);
}

/** The scenarios that the revision requires, by the suite's own frozen list. */
export async function requiredScenarios(side: Side): Promise<string[]> {
  const text = await readFile(join(program, 'requirements', `${REVISION}.yaml`), 'utf8');
  const section = new RegExp(`^${side}:\\n((?: {2}- .*\\n)+)`, 'm').exec(text)?.[1] ?? '';
  return [...section.matchAll(/^ {2}- (.+)$/gm)].map((match) => match[1]!);
}

function node(): string {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const path = join(root, 'node_modules', name, 'bin', 'node');
  if (existsSync(path)) return path;
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  throw new Error(`The suite needs Node 22 or newer, and there is none for ${name}.`);
}

/** How a program ended. */
export interface Ended {
  readonly text: string;
  /** The suite ends with 1 for failures it counts; what they are is in its results. */
  readonly hasFailures: boolean;
}

function run(command: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const keep = (chunk: Buffer): void => void (text += chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 || code === 1
        ? resolve({ text, hasFailures: code === 1 })
        : reject(new Error(`${command} failed:\n${text}`)),
    );
  });
}
