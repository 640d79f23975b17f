/** A part of `src/` that is mutated by itself. */
export interface Area {
  /** The tests that have to notice; those that do one thing very often are left out. */
  readonly tests: readonly string[];
  /** The lowest mutation score that passes, in percent. */
  readonly least: number;
}

const ENGINE: Area = {
  tests: ['src/flow/**/!(scale).test.ts', 'test/unit/replay.property.test.ts'],
  least: 90,
};

/** Tests from the wire. */
const wire = (...names: string[]): string[] => names.map((name) => `test/wire/${name}.test.ts`);

const CALLS = wire('mrtr', 'robust', 'thrown', 'tools');

const REQUESTS = wire(
  'envelope',
  'hooks',
  'lists',
  'null-members',
  'principal',
  'prompts',
  'refusals',
  'resources',
  'streams',
  'telemetry/flow',
);

/** Where extensions take part in a flow, and where one is reported. */
const EXTENDED = wire(
  'author-tasks',
  'client/rounds',
  'extension',
  'late-extensions',
  'once/once',
  'once/repeated-calls',
  'once/tasks',
  'promoted-tasks',
  'round-events',
  'spill',
  'tasks',
  'telemetry/*',
  'without-tasks',
);

const HTTP = wire(
  'bad-http/*',
  'client/headers',
  'http',
  'http-limits',
  'node-requests',
  'pipelining',
  'routes',
  'serve',
);

export const AREAS: Readonly<Record<string, Area>> = {
  state: { tests: ['src/state/**/!(xaes-accumulated).test.ts'], least: 90 },
  'flow/journal': { tests: ['src/flow/journal/*.test.ts'], least: 90 },
  'flow/asks': { tests: ['src/flow/asks/*.test.ts'], least: 90 },
  'flow/round': ENGINE,
  'flow/context.ts': ENGINE,
  'server/flows': {
    tests: [
      'src/server/**/*.test.ts',
      'test/unit/*mistakes.test.ts',
      ...CALLS,
      ...REQUESTS,
      ...EXTENDED,
    ],
    least: 80,
  },
  'server/requests': {
    tests: ['src/server/**/*.test.ts', 'test/unit/*mistakes.test.ts', ...CALLS, ...REQUESTS],
    least: 80,
  },
  http: { tests: ['src/http/**/*.test.ts', ...HTTP, ...REQUESTS], least: 80 },
};

/** What to mutate for `path`: itself, if it is in an area, or every area that is in it. */
export function partsOf(path: string): string[] {
  const areas = Object.keys(AREAS);
  if (areas.some((area) => isIn(path, area))) return [path];
  return areas.filter((area) => isIn(area, path));
}

/** The environment variable that says what a process mutates: `flow/asks`, `flow/asks/form.ts`. */
export const MUTATED = 'RONDO_MUTATED';

/** What this process mutates, and the area it belongs to. */
export function mutated(): { readonly path: string; readonly name: string; readonly area: Area } {
  const path = process.env[MUTATED] ?? '';
  const name = Object.keys(AREAS).find((each) => isIn(path, each));
  if (name === undefined) throw new Error(`'${path}' is in no area of mutation/areas.ts.`);
  return { path, name, area: AREAS[name]! };
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
