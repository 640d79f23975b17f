/** Which room a file is in, and which rooms the names in a table stand for. */
import { dirname } from 'node:path/posix';
import type { Arrows } from './arrows.ts';

const TEST_SUPPORT = 'test-support';

/** `undefined` if the table has no row for it. */
export function roomOf(path: string, arrows: Arrows): string | undefined {
  return [path, dirname(path)].find((room) => Object.hasOwn(arrows, room));
}

/** The rooms that `room` may import. */
export function allowedRooms(room: string, arrows: Arrows): Set<string> {
  const names = arrows[room] ?? [];
  const allowed = names.flatMap((name) => roomsNamed(name, arrows));
  return new Set(allowed.filter((each) => each !== room));
}

/** The rooms that a test of `room` may import. */
export function allowedToTests(room: string, arrows: Arrows): Set<string> {
  const siblings = roomsIn(room.split('/')[0]!, arrows);
  const support = Object.keys(arrows).filter(isTestSupport);
  const allowed = siblings.flatMap((sibling) => [...allowedRooms(sibling, arrows)]);
  return new Set([...siblings, ...support, ...allowed]);
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

/** What a name in a row stands for; nothing if there is no such room. */
export function roomsNamed(name: string, arrows: Arrows): string[] {
  if (!name.endsWith('/**')) return Object.hasOwn(arrows, name) ? [name] : [];
  return roomsIn(name.slice(0, -'/**'.length), arrows).filter((room) => !isTestSupport(room));
}

function roomsIn(folder: string, arrows: Arrows): string[] {
  return Object.keys(arrows).filter((room) => room === folder || room.startsWith(`${folder}/`));
}

function isTestSupport(room: string): boolean {
  return room.split('/').includes(TEST_SUPPORT);
}
