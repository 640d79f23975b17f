/**
 * The folders of `src/` that are mutated, the tests that have to notice, and how many they must. Left
 * out are tests that do one thing very often.
 */
export interface Area {
  readonly tests: readonly string[];
  /** The lowest mutation score that passes, in percent. */
  readonly least: number;
}

export const AREAS: Readonly<Record<string, Area>> = {
  flow: { tests: ['src/flow/**/!(scale).test.ts', 'test/unit/replay.property.test.ts'], least: 90 },
  state: { tests: ['src/state/**/!(xaes-accumulated).test.ts'], least: 90 },
};

/** The environment variable that says what is mutated: `flow`, `flow/asks`, `flow/journal.ts`. */
export const MUTATED = 'RONDO_MUTATED';

/** What is mutated in this process, and the area it belongs to. */
export function mutated(): { readonly path: string; readonly name: string; readonly area: Area } {
  const path = process.env[MUTATED] ?? '';
  const name = path.split('/')[0]!;
  const area = AREAS[name];
  if (area !== undefined) return { path, name, area };
  throw new Error(`'${path}' is in none of ${Object.keys(AREAS).join(', ')}.`);
}
