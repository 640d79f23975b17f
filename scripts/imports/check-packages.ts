/** Every package is imported in a room that may import it, and not loaded sooner than it may be. */
import { isBuiltin } from 'node:module';
import type { Arrows, Packages } from './arrows.ts';
import type { Modules } from './module-graph.ts';
import type { Import, Load } from './read-module.ts';
import { isTest, roomOf } from './rooms.ts';

/** A room that may load a package at once may do so later, and never. */
const SOONEST_LAST: readonly Load[] = ['type', 'dynamic', 'static'];

const WORDS: Readonly<Record<Load, string>> = {
  type: 'for its types alone',
  dynamic: 'on demand, by import()',
  static: 'at once',
};

/** Tests may import any package. */
export function checkPackages(modules: Modules, arrows: Arrows, packages: Packages): string[] {
  const unused = new Set(Object.keys(packages).flatMap((name) => rowsOf(name, packages)));
  const wrong: string[] = [];
  for (const { path, imports } of modules.values()) {
    if (isTest(path)) continue;
    const room = roomOf(path, arrows) ?? '';
    for (const each of imports.filter(isOfPackage)) {
      unused.delete(rowName(each.specifier, room));
      const fault = faultOf(each, packages[each.specifier]?.[room]);
      if (fault !== undefined) wrong.push(`src/${path}:${each.line}: ${fault}`);
    }
  }
  return [
    ...wrong,
    ...[...unused].map((row) => `The table of packages has ${row}, which is not so`),
  ];
}

function rowsOf(name: string, packages: Packages): string[] {
  return Object.keys(packages[name]!).map((room) => rowName(name, room));
}

function rowName(name: string, room: string): string {
  return `'${name}' imported by '${room}'`;
}

function isOfPackage(each: Import): each is Import & { readonly specifier: string } {
  const { specifier } = each;
  return specifier !== undefined && !specifier.startsWith('.') && !isBuiltin(specifier);
}

function faultOf({ specifier, load }: Import, allowed: Load | undefined): string | undefined {
  if (allowed === undefined) {
    return `imports '${specifier}', which the table of packages does not allow here`;
  }
  if (SOONEST_LAST.indexOf(load) <= SOONEST_LAST.indexOf(allowed)) return undefined;
  return `may import '${specifier}' only ${WORDS[allowed]}, and does it ${WORDS[load]}`;
}
