/** Nothing imports itself by way of others, be it for types only. */
import type { Arrows } from './arrows.ts';
import { type Modules, targetsOf } from './module-graph.ts';
import { allowedRooms } from './rooms.ts';

type Graph = ReadonlyMap<string, Iterable<string>>;

export function checkCycles(modules: Modules, arrows: Arrows): string[] {
  const files = new Map(
    [...modules].map(([path, module]) => [path, targetsOf(module, ['static', 'dynamic', 'type'])]),
  );
  const rooms = new Map(Object.keys(arrows).map((room) => [room, allowedRooms(room, arrows)]));
  return [
    ...cyclesIn(files).map((cycle) => `Files import each other: ${cycle.join(' → ')}`),
    ...cyclesIn(rooms).map((cycle) => `Rooms may import each other: ${cycle.join(' → ')}`),
  ];
}

/** A cycle for every edge that closes one, from its first node back to it. */
function cyclesIn(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): void => {
    const start = path.indexOf(node);
    if (start >= 0) cycles.push([...path.slice(start), node]);
    if (start >= 0 || done.has(node)) return;
    path.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    path.pop();
    done.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return cycles;
}
