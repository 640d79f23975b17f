/** Files that have to run anywhere load no module of Node, and use none of its globals unguarded. */
import { isBuiltin } from 'node:module';
import { lineAt } from '../syntax-tree.ts';
import type { OnNode } from './arrows.ts';
import { type FreeName, freeNames } from './free-names.ts';
import type { Modules } from './module-graph.ts';
import type { Module } from './read-module.ts';
import { isTest } from './rooms.ts';

const NODE_GLOBALS: ReadonlySet<string> = new Set([
  'Buffer',
  '__dirname',
  '__filename',
  'clearImmediate',
  'exports',
  'global',
  'module',
  'process',
  'require',
  'setImmediate',
]);

/** Tests run on Node. */
export function checkNode(modules: Modules, onNode: OnNode): string[] {
  const unused = new Set(Object.keys(onNode));
  const wrong: string[] = [];
  for (const module of modules.values()) {
    if (isTest(module.path)) continue;
    const faults = [...builtinFaults(module), ...globalFaults(module)];
    const excuse = Object.keys(onNode).find((name) => isIn(module.path, name));
    if (excuse === undefined) wrong.push(...faults);
    else if (faults.length > 0) unused.delete(excuse);
  }
  return [
    ...wrong,
    ...[...unused].map((name) => `'${name}' uses nothing of Node: ON_NODE need not have it`),
  ];
}

function isIn(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}/`);
}

function builtinFaults({ path, imports }: Module): string[] {
  return imports
    .filter(({ specifier, load }) => load !== 'type' && specifier && isBuiltin(specifier))
    .map(
      ({ specifier, line }) => `src/${path}:${line}: loads '${specifier}', but has to run anywhere`,
    );
}

function globalFaults({ path, text, program }: Module): string[] {
  return freeNames(program)
    .filter(isNeeded)
    .map(({ name, start }) => `src/${path}:${lineAt(text, start)}: ${adviceOn(name)}`);
}

/** `globalThis` itself is as good as any global: what is taken of it by other ways is not seen. */
function isNeeded({ name, isOptional }: FreeName): boolean {
  return !isOptional && (NODE_GLOBALS.has(name) || name === 'globalThis');
}

function adviceOn(name: string): string {
  if (name === 'globalThis') return 'name the members of globalThis that are meant: globalThis.x';
  return `uses ${name}, but has to run anywhere: globalThis.${name}?.…, and go without if it is undefined`;
}
