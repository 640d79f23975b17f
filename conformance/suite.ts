/** The official suite: where it is, what it requires, and how it is run. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newerNode, suite } from '../scripts/newer-node.ts';

/** The revision of this library, and the newest one of the protocol with sessions. */
export const REVISION = '2026-07-28';
export const OLD_REVISION = '2025-11-25';

const program = join(suite, 'node_modules/@modelcontextprotocol/conformance');

/** The side of the protocol that is tested. */
export type Side = 'server' | 'client';

/** Runs the suite, on the newer Node that it needs, and resolves with all it says; what it finds goes into the folder `output`. */
export function runSuite(side: Side, args: readonly string[], output: string): Promise<Ended> {
  return run(newerNode(), [join(program, 'dist/index.js'), side, ...args, '-o', output]);
}

/** The scenarios that a revision requires, by the suite's own frozen list. */
export async function requiredScenarios(side: Side, revision: string): Promise<string[]> {
  const text = await readFile(join(program, 'requirements', `${revision}.yaml`), 'utf8');
  const section = new RegExp(`^${side}:\\n((?: {2}- .*\\n)+)`, 'm').exec(text)?.[1] ?? '';
  return [...section.matchAll(/^ {2}- (.+)$/gm)].map((match) => match[1]!);
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
