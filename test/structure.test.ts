/** What is promised about the package itself. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  type Loaded,
  loadedLater,
  loadedWith,
  readModules,
  readSources,
} from '../scripts/imports/module-graph.ts';
import * as client from '../src/client/index.ts';
import * as main from '../src/index.ts';

const modules = readModules(readSources(fileURLToPath(new URL('../src/', import.meta.url))));

function packagesOf({ packages }: Loaded): string[] {
  return [...packages].sort();
}

describe('the package', () => {
  it.each(['index.ts', 'testing/index.ts'])(
    'loads no built-in of node with %s, and its one dependency only when a schema is compiled',
    (entry) => {
      expect(packagesOf(loadedWith(modules, entry))).toEqual([]);
      expect(packagesOf(loadedLater(modules, entry))).toEqual(['typebox/schema']);
    },
  );

  it('loads nothing but its event-stream parser with its client', () => {
    expect(packagesOf(loadedWith(modules, 'client/index.ts'))).toEqual(['eventsource-parser']);
    expect(packagesOf(loadedLater(modules, 'client/index.ts'))).toEqual([
      'cross-spawn',
      'typebox/schema',
    ]);
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
