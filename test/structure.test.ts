/** What is promised about the package itself. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as client from '../src/client/index.ts';
import * as main from '../src/index.ts';

const src = fileURLToPath(new URL('../src/', import.meta.url));

const IMPORT = /^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'/gm;

/** Every file a module loads, and every package. */
function reached(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  for (const [, isType, from] of readFileSync(join(src, entry), 'utf8').matchAll(IMPORT)) {
    if (isType !== undefined) continue;
    if (from!.startsWith('.')) reached(join(dirname(entry), from!), seen);
    else seen.add(from!);
  }
  return seen;
}

describe('the package', () => {
  it('loads no built-in of node, and no dependency, with its main entry', () => {
    const packages = [...reached('index.ts')].filter((name) => !name.endsWith('.ts'));
    expect(packages).toEqual([]);
  });

  it('loads nothing but its event-stream parser with its client', () => {
    const packages = [...reached('client/index.ts')].filter((name) => !name.endsWith('.ts'));
    expect(packages).toEqual(['eventsource-parser']);
  });

  it('loads no built-in of node, and no dependency, with what is for tests', () => {
    const packages = [...reached('testing/index.ts')].filter((name) => !name.endsWith('.ts'));
    expect(packages).toEqual([]);
  });

  const errors = Object.entries({ ...main, ...client }).filter(([name]) => name.endsWith('Error'));

  it.each(errors)('%s is recognised by a second copy of the package', async (name, type) => {
    const Original = type as unknown as new (...args: never[]) => Error;
    const mark = Symbol.for(`mcp-rondo.${name}`);
    expect(mark in Original.prototype).toBe(true);
    const foreign = Object.defineProperty(new Error('from a copy'), mark, { value: true });
    expect(foreign).toBeInstanceOf(Original);
    expect(new Error('plain')).not.toBeInstanceOf(Original);
    class Sub extends Original {}
    expect(foreign).not.toBeInstanceOf(Sub);
  });
});
