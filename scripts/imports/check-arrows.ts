/** Every import leads to a room that its own room may import. */
import type { Arrows } from './arrows.ts';
import { type Modules, targetOf } from './module-graph.ts';
import type { Import, Module } from './read-module.ts';
import { allowedRooms, allowedToTests, isTest, roomOf, roomsNamed } from './rooms.ts';

/** What is wrong, a line each; nothing if all is well. */
export function checkArrows(modules: Modules, arrows: Arrows): string[] {
  const wrong = [...modules.values()].flatMap((module) => checkModule(module, modules, arrows));
  return [...checkTable(modules, arrows), ...wrong];
}

/** Rows without files, and names without rows, are left from what is gone. */
function checkTable(modules: Modules, arrows: Arrows): string[] {
  const used = new Set([...modules.keys()].map((path) => roomOf(path, arrows)));
  return Object.entries(arrows).flatMap(([room, names]) => [
    ...(used.has(room) ? [] : [`The table of arrows has '${room}', and src/ has no such files`]),
    ...names
      .filter((name) => roomsNamed(name, arrows).length === 0)
      .map((name) => `The table of arrows lets '${room}' import '${name}', which has no row`),
  ]);
}

interface From {
  readonly path: string;
  readonly room: string;
  readonly allowed: ReadonlySet<string>;
}

function checkModule({ path, imports }: Module, modules: Modules, arrows: Arrows): string[] {
  const room = roomOf(path, arrows);
  if (room === undefined) {
    return [`src/${path}: its folder is not in the table of arrows (scripts/imports/arrows.ts)`];
  }
  const allowed = isTest(path) ? allowedToTests(room, arrows) : allowedRooms(room, arrows);
  return imports.flatMap((each) => {
    const fault = faultOf(each, { path, room, allowed }, modules, arrows);
    return fault === undefined ? [] : [`src/${path}:${each.line}: ${fault}`];
  });
}

function faultOf(
  { specifier }: Import,
  { path, room, allowed }: From,
  modules: Modules,
  arrows: Arrows,
): string | undefined {
  if (specifier === undefined) return 'a computed import can lead anywhere: write out its module';
  if (!specifier.startsWith('.')) return undefined;
  const target = targetOf(path, specifier);
  if (!modules.has(target)) return `'${specifier}' is not a file of src/`;
  if (isTest(target)) return `'${specifier}' is a test: what is shared belongs in test-support`;
  const targetRoom = roomOf(target, arrows);
  if (targetRoom === undefined || targetRoom === room || allowed.has(targetRoom)) return undefined;
  return `'${room}' must not import from '${targetRoom}' (${specifier})`;
}
