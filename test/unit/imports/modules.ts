import { type Modules, readModules } from '../../../scripts/imports/module-graph.ts';

/** Modules that are nowhere but here, by their path in src/. */
export function modulesOf(sources: Readonly<Record<string, string>>): Modules {
  return readModules(new Map(Object.entries(sources)));
}
