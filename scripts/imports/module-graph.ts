/** Which modules and packages are loaded with a module, and which later. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { type Load, type Module, readModule } from './read-module.ts';

/** By path, relative to the folder of all sources. */
export type Modules = ReadonlyMap<string, Module>;

export interface Loaded {
  /** Paths. */
  readonly modules: ReadonlySet<string>;
  /** Specifiers of what is not in the sources: packages and built-ins of node. */
  readonly packages: ReadonlySet<string>;
}

/** The text of each file of code, by its path in `folder`. */
export function readSources(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** @throws SyntaxError */
export function readModules(sources: ReadonlyMap<string, string>): Modules {
  return new Map([...sources].map(([path, text]) => [path, readModule(path, text)]));
}

/** Where an import leads: a path in the sources if it is relative, else the specifier itself. */
export function targetOf(path: string, specifier: string): string {
  return /^\.\.?\//.test(specifier) ? join(dirname(path), specifier) : specifier;
}

/** What is loaded with `entry`: by static imports, and theirs. */
export function loadedWith(modules: Modules, entry: string): Loaded {
  return reach(modules, entry, ['static']);
}

/** What is loaded on demand only: by dynamic imports of what is loaded with `entry`, and so on. */
export function loadedLater(modules: Modules, entry: string): Loaded {
  const atOnce = loadedWith(modules, entry);
  const all = reach(modules, entry, ['static', 'dynamic']);
  return {
    modules: difference(all.modules, atOnce.modules),
    packages: difference(all.packages, atOnce.packages),
  };
}

function reach(modules: Modules, entry: string, loads: readonly Load[]): Loaded {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const open = [entry];
  while (open.length > 0) {
    const path = open.pop()!;
    const module = modules.get(path);
    if (module === undefined) packages.add(path);
    else if (!seen.has(path)) {
      seen.add(path);
      open.push(...targetsOf(module, loads));
    }
  }
  return { modules: seen, packages };
}

/** Where the imports of a module lead, apart from computed ones. */
export function targetsOf({ path, imports }: Module, loads: readonly Load[]): string[] {
  return imports.flatMap(({ specifier, load }) =>
    specifier !== undefined && loads.includes(load) ? [targetOf(path, specifier)] : [],
  );
}

function difference(all: ReadonlySet<string>, without: ReadonlySet<string>): Set<string> {
  return new Set([...all].filter((item) => !without.has(item)));
}
