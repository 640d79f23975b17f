/** A part of `src/` that is mutated by itself. */
export interface Area {
  /** The tests that have to notice; those that do one thing very often are left out. */
  readonly tests: readonly string[];
  /** The lowest mutation score that passes, in percent. */
  readonly least: number;
  /** Over which of `WIRES` tests run that can run over several. Default: in process. */
  readonly wires?: string;
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

/** Our client over `node:http` against servers that break its rules. */
const SENT: Area = {
  tests: [
    'src/http/client/node-send.test.ts',
    ...wire('bad-http/connections', 'bad-http/encodings', 'bad-http/responses'),
  ],
  least: 80,
  wires: 'node',
};

/** Where it is served with `node:http`. */
const SERVED: Area = {
  tests: [
    'src/http/node/{handler,serve}.test.ts',
    ...wire(
      'auth/tokens',
      'http',
      'http-limits',
      'legacy/sessions',
      'middlewares',
      'node-requests',
      'principal',
      'robust',
      'serve',
      'streams',
    ),
  ],
  least: 80,
  wires: 'node',
};

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
  // What does not depend on how a request comes: heads, origins, hosts, limits, callers.
  http: { tests: ['src/http/!(growth).test.ts'], least: 80 },
  'http/client': { tests: ['src/http/client/*.test.ts'], least: 80 },
  'http/client/node-send.ts': SENT,
  'http/node': { tests: ['src/http/node/*.test.ts'], least: 80 },
  'http/node/handler.ts': SERVED,
  'http/node/route-serving.ts': { tests: wire('routes'), least: 80 },
  'http/node/serve.ts': SERVED,
  'http/routes': { tests: ['src/http/routes/*.test.ts'], least: 80 },
  'http/serving': { tests: ['src/http/serving/*.test.ts'], least: 80 },
};

/** What to mutate for `path`: itself, if it is in an area, and every area that is in it. */
export function partsOf(path: string): string[] {
  const areas = Object.keys(AREAS);
  const inside = areas.filter((area) => area !== path && isIn(area, path));
  return areas.some((area) => isIn(path, area)) ? [path, ...inside] : inside;
}

/** The environment variable that says what a process mutates: `flow/asks`, `flow/asks/form.ts`. */
export const MUTATED = 'RONDO_MUTATED';

/** What a process mutates. */
export interface Mutated {
  readonly path: string;
  /** The area that the path belongs to, and its name: the innermost. */
  readonly area: Area;
  readonly name: string;
  /** Areas inside of the path: they are mutated by themselves. */
  readonly apart: readonly string[];
}

/** What this process mutates. */
export function mutated(): Mutated {
  const path = process.env[MUTATED] ?? '';
  const names = Object.keys(AREAS).filter((each) => isIn(path, each));
  const [name] = names.sort((a, b) => b.length - a.length);
  if (name === undefined) throw new Error(`'${path}' is in no area of mutation/areas.ts.`);
  const apart = partsOf(path).filter((each) => each !== path);
  return { path, name, area: AREAS[name]!, apart };
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
