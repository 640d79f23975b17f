/** No entry point of the package loads more than it may. */
import type { Ceiling, Ceilings, Size } from './ceilings.ts';
import { type Modules, loadedLater, loadedWith } from './module-graph.ts';

/** From a name in `exports` to its module in src/. */
export type Entries = ReadonlyMap<string, string>;

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

const NOTHING: Size = { modules: 0, kB: 0 };

/** The entry points that are modules, from the text of package.json. */
export function entriesOf(text: string): Entries {
  const { exports } = JSON.parse(text) as Manifest;
  const entries = Object.entries(exports).flatMap(([name, target]): [string, string][] => {
    if (typeof target === 'string') return [];
    return [[name, target.default.replace('./dist/', '').replace(/\.js$/, '.ts')]];
  });
  return new Map(entries);
}

/** What `entry` loads at once, and what on demand only. */
export function sizesOf(modules: Modules, entry: string): Required<Ceiling> {
  return {
    atOnce: sizeOf(modules, loadedWith(modules, entry).modules),
    later: sizeOf(modules, loadedLater(modules, entry).modules),
  };
}

export function checkCeilings(modules: Modules, entries: Entries, ceilings: Ceilings): string[] {
  const gone = Object.keys(ceilings).filter((name) => !entries.has(name));
  return [
    ...gone.map((name) => `There is a ceiling for '${name}', which package.json does not export`),
    ...[...entries].flatMap(([name, entry]) => checkEntry(name, entry, modules, ceilings)),
  ];
}

function checkEntry(name: string, entry: string, modules: Modules, ceilings: Ceilings): string[] {
  const ceiling = ceilings[name];
  if (!modules.has(entry)) return [`package.json exports '${name}', and there is no src/${entry}`];
  if (ceiling === undefined) return [`'${name}' has no ceiling in scripts/imports/ceilings.ts`];
  const { atOnce, later } = sizesOf(modules, entry);
  return [
    ...checkSize(`'${name}' loads at once`, atOnce, ceiling.atOnce),
    ...checkSize(`'${name}' loads on demand`, later, ceiling.later ?? NOTHING),
  ];
}

function checkSize(what: string, size: Size, ceiling: Size): string[] {
  if (size.modules <= ceiling.modules && size.kB <= ceiling.kB) return [];
  return [
    `${what} ${inWords(size)}; its ceiling is ${inWords(ceiling)}. Look at what the newest imports ` +
      'bring with them; load what few callers need on demand; or, if it is worth its weight, raise ' +
      'the ceiling in scripts/imports/ceilings.ts and say in the commit what for',
  ];
}

export function inWords({ modules, kB }: Size): string {
  return `${modules} modules, ${kB} kB`;
}

function sizeOf(modules: Modules, paths: ReadonlySet<string>): Size {
  const bytes = [...paths].reduce((sum, path) => sum + modules.get(path)!.bytes, 0);
  return { modules: paths.size, kB: Math.ceil(bytes / 1000) };
}
