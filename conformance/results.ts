/** What the suite found, and what is said about it. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Side } from './suite.ts';

export interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

/** Checks by scenario. */
export type Results = ReadonlyMap<string, readonly Check[]>;

const CHECKS = /^(?:server-)?(.+)-\d{4}-\d\d-\d\dT[^/]*\/checks\.json$/;

/** The suite writes a folder for each scenario, named `<scenario>-<time>`: `auth/…` is one in another. */
export async function readResults(output: string): Promise<Results> {
  const results = new Map<string, Check[]>();
  for (const file of await readdir(output, { recursive: true })) {
    const scenario = CHECKS.exec(file.replaceAll('\\', '/'))?.[1];
    if (scenario === undefined) continue;
    const text = await readFile(join(output, file), 'utf8');
    results.set(scenario, JSON.parse(text) as Check[]);
  }
  return results;
}

/** The scenarios of one side that have to pass. */
export interface Wanted {
  readonly side: Side;
  readonly revision: string;
  readonly required: readonly string[];
  /** Not counted by the suite, and to be passed all the same. */
  readonly more: readonly string[];
}

/** Prints what failed, and a summary; true if nothing did. */
export function report(results: Results, wants: Wanted): boolean {
  const { side, revision, required, more } = wants;
  const wanted = [...required, ...more];
  const passed = wanted.filter((scenario) => hasPassed(scenario, results.get(scenario)));
  const isGood = passed.length === wanted.length;
  console.log(
    `${isGood ? '✓' : '✗'} ${side}: ${passed.length} of ${wanted.length} scenarios of ${revision} ` +
      `(${required.length} required, ${more.length} more) without a failure or a warning.`,
  );
  const count = [...results.values()].flat().filter(({ status }) => status === 'SUCCESS').length;
  const others = [...results.keys()].filter((scenario) => !wanted.includes(scenario));
  const notes = [
    `${count} checks passed in all`,
    ...(others.length > 0 ? [`not counted: ${others.join(', ')}`] : []),
  ];
  console.log(`  ${notes.join('; ')}`);
  return isGood;
}

function hasPassed(scenario: string, checks: readonly Check[] | undefined): boolean {
  const bad = checks?.filter(({ status }) => status === 'FAILURE' || status === 'WARNING') ?? [];
  if (checks !== undefined && checks.length > 0 && bad.length === 0) return true;
  console.log(`✗ ${scenario}${checks === undefined ? ': did not run' : ''}`);
  for (const { id, status, errorMessage } of bad) {
    console.log(`    ${status} ${id}: ${errorMessage ?? ''}`);
  }
  return false;
}
