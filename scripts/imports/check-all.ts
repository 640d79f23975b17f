import type { Arrows, OnNode, Packages } from './arrows.ts';
import type { Ceilings } from './ceilings.ts';
import { checkArrows } from './check-arrows.ts';
import { type Entries, checkCeilings } from './check-ceilings.ts';
import { checkCycles } from './check-cycles.ts';
import { checkNode } from './check-node.ts';
import { checkPackages } from './check-packages.ts';
import type { Modules } from './module-graph.ts';

/** What the modules are held to. */
export interface Tables {
  readonly arrows: Arrows;
  readonly packages: Packages;
  readonly onNode: OnNode;
  readonly entries: Entries;
  readonly ceilings: Ceilings;
}

/** What is wrong, a line each; nothing if all is well. */
export function checkAll(modules: Modules, tables: Tables): string[] {
  const { arrows, packages, onNode, entries, ceilings } = tables;
  return [
    ...checkArrows(modules, arrows),
    ...checkCycles(modules, arrows),
    ...checkPackages(modules, arrows, packages),
    ...checkNode(modules, onNode),
    ...checkCeilings(modules, entries, ceilings),
  ];
}
