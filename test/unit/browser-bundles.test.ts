import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  type Modules,
  readModules,
  readSources,
  targetsOf,
} from '../../scripts/imports/module-graph.ts';

const root = new URL('../../', import.meta.url);
const modules = readModules(readSources(fileURLToPath(new URL('src/', root))));
const { browser } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  browser: Record<string, false>;
};
/** What bundlers for browsers leave empty: sources by their paths, and packages. */
const LEFT_OUT = new Set(
  Object.keys(browser).map((name) => name.replace('./dist/', '').replace(/\.js$/, '.ts')),
);
/** Packages that need nothing of Node. */
const ANYWHERE = /^(typebox|eventsource-parser|oauth4webapi|jose)(\/|$)/;

/** What of Node a bundler finds from `entry`, on demand too, with the module that imports it. */
function ofNode(all: Modules, entry: string): string[] {
  const seen = new Set<string>();
  const open = [entry];
  const found: string[] = [];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path) || LEFT_OUT.has(path)) continue;
    seen.add(path);
    for (const target of targetsOf(all.get(path)!, ['static', 'dynamic'])) {
      if (all.has(target)) open.push(target);
      else if (!LEFT_OUT.has(target) && (isBuiltin(target) || !ANYWHERE.test(target)))
        found.push(`${path}: ${target}`);
    }
  }
  return found;
}

test.each([
  'client/index.ts',
  'auth/index.ts',
  'index.ts',
  'flow/index.ts',
  'state/index.ts',
  'redis/index.ts',
])('a bundle for browsers of %s has nothing of Node', (entry) => {
  expect(ofNode(modules, entry)).toEqual([]);
});

test('a file that is left out of bundles for browsers exists', () => {
  const files = [...LEFT_OUT].filter((name) => name.endsWith('.ts'));
  expect(files.filter((name) => !modules.has(name))).toEqual([]);
});
