/**
 * Who may import what in src/: data only. `npm run lint` holds every file to it; types count, and so
 * do imports on demand.
 */
import type { Load } from './read-module.ts';

/** From a room to the rooms that it may import. */
export type Arrows = Readonly<Record<string, readonly string[]>>;

const BASE = ['base', 'base/json', 'base/logging', 'base/options', 'base/timing'];
const CORE = [...BASE, 'protocol', 'protocol/names', 'protocol/types'];
const FLOW = [...CORE, 'schema', 'schema/json'];
const HTTP = ['http', 'http/routes', 'http/serving'];
const SERVER = [...FLOW, 'flow/**', 'state', ...HTTP];
const LEGACY = [...CORE, 'state', 'legacy/sessions', 'legacy/translation', 'legacy/streams'];
const OLD_SERVER = [...CORE, 'legacy/old-server/wires', 'legacy/old-server/connecting'];
const EXTENSION = [...FLOW, 'flow/**', 'state', 'stored/**', 'server/extension.ts'];
const GUARD = [...EXTENSION, 'guard/contract.ts'];
const SPILL = [...EXTENSION, 'spill/contract.ts'];
const TASKS = [...EXTENSION, 'tasks/contract.ts', 'tasks/wake-ups.ts'];
const EXTENDED = [
  ...SERVER,
  'server/requests',
  'server/events.ts',
  'server/extension.ts',
  'server/registry',
];
const AUTH_CLIENT = [
  ...BASE,
  'auth/client/failures',
  'auth/client/fetching',
  'auth/client/stores',
  'auth/client/discovery',
  'auth/client/library',
];
const CLIENT = [...FLOW, 'http', 'http/client', 'stdio', 'legacy/old-server/**'];
const CLI = [
  ...CORE,
  'client/**',
  'cli/failure.ts',
  'cli/version.ts',
  'cli/command-name.ts',
  'cli/exact-number.ts',
  'cli/system-words.ts',
  'cli/terminal',
];

/**
 * A room is a folder, without the folders in it, or a single file. Every folder has a row; a file
 * with a row of its own is not part of its folder's room.
 *
 * `flow/**` stands for `flow` and all rooms in it, those for tests apart. Tests beside the sources
 * may import what any room of their top folder may, these rooms themselves, and `test-support`.
 */
export const ARROWS: Arrows = {
  'base/json': [],
  'base/timing': [],
  base: ['base/json', 'base/timing'],
  'base/logging': ['base', 'base/json'],
  'base/options': ['base', 'base/json'],
  'base/test-support': ['base', 'base/json'],
  'protocol/names': BASE,
  'protocol/types': BASE,
  protocol: [...BASE, 'protocol/names', 'protocol/types'],
  'schema/json': CORE,
  schema: [...CORE, 'schema/json'],
  state: CORE,
  'state/test-support': ['state'],
  stdio: CORE,

  'http/routes': CORE,
  http: [...CORE, 'http/routes'],
  'http/test-support': ['base/logging', 'http'],
  'http/serving': [...CORE, 'http'],
  'http/node': [...CORE, ...HTTP],
  'http/node/test-support': ['http', 'http/node'],
  'http/client': [...CORE, 'http'],

  'auth/server/issuer': CORE,
  'auth/server': [...CORE, 'http', 'auth/server/issuer'],
  'auth/client/failures': BASE,
  'auth/client/library': [...BASE, 'auth/client/failures'],
  'auth/client/fetching': [...BASE, 'auth/client/failures', 'auth/client/library'],
  'auth/client/stores': [...BASE, 'auth/client/fetching'],
  'auth/client/discovery': [
    ...BASE,
    'protocol',
    'auth/client/failures',
    'auth/client/fetching',
    'auth/client/library',
  ],
  'auth/client/grants': AUTH_CLIENT,
  'auth/client/login': [...AUTH_CLIENT, 'auth/client/grants'],
  'auth/client/credentials': [
    ...AUTH_CLIENT,
    'auth/client/grants',
    'auth/client/login',
    'auth/client',
  ],
  'auth/client': [...AUTH_CLIENT, 'auth/client/grants', 'auth/client/login', 'http/client'],
  auth: [...CORE, 'http', 'http/client', 'auth/server', 'auth/client/**'],

  'legacy/sessions': [...CORE, 'state'],
  'legacy/translation': [...CORE, 'schema', 'schema/json'],
  'legacy/streams': [...CORE, 'state', 'legacy/translation'],
  'legacy/questions': LEGACY,
  legacy: [...LEGACY, 'legacy/questions'],

  'flow/journal': FLOW,
  'flow/asks': [...FLOW, 'flow/journal'],
  'flow/round/calls': [...FLOW, 'flow/journal', 'flow/asks'],
  'flow/round': [...FLOW, 'flow/journal', 'flow/asks', 'flow/round/calls'],
  flow: [...FLOW, 'flow/journal', 'flow/asks', 'flow/round', 'flow/round/calls'],
  'flow/test-support': [...FLOW, 'flow/**'],

  'legacy/old-server/wires': [...CORE, 'http', 'http/client', 'stdio'],
  'legacy/old-server/connecting': [
    ...CORE,
    'http',
    'http/client',
    'stdio',
    'legacy/old-server/wires',
  ],
  'legacy/old-server/sessions': OLD_SERVER,
  'legacy/old-server/questions': [...OLD_SERVER, 'legacy/old-server/sessions'],
  'legacy/old-server/calls': [
    ...OLD_SERVER,
    'legacy/old-server/sessions',
    'legacy/old-server/questions',
  ],
  'legacy/old-server': [
    ...CORE,
    'http',
    'http/client',
    'stdio',
    'http/serving',
    'legacy/old-server/**',
  ],

  'server/requests': [...SERVER, 'server/events.ts'],
  'server/events.ts': SERVER,
  // Types only: what an extension is and what it meets, for all that have to do with one.
  'server/extension': [
    ...SERVER,
    'server/events.ts',
    'server/extended-options.ts',
    'server/requests',
  ],
  'server/extension.ts': [
    ...CORE,
    'server/events.ts',
    'server/extended-options.ts',
    'server/extension',
    'server/requests',
  ],
  'server/extended-options.ts': CORE,
  'server/store.ts': [...BASE, 'server/extension.ts'],
  'server/scopes': [...SERVER, 'server/requests', 'server/extension.ts'],
  'server/registry': [...SERVER, 'server/requests', 'server/extension.ts'],
  'server/flows': EXTENDED,
  'server/tools': [...EXTENDED, 'server/flows', 'server/extended-options.ts'],
  'server/prompts': [...EXTENDED, 'server/flows', 'server/extended-options.ts'],
  'server/resources': [...EXTENDED, 'server/flows', 'server/extended-options.ts'],
  'server/listening': [...EXTENDED, 'server/flows'],
  server: [...SERVER, 'server/**', 'legacy'],

  'client/calls/tracing.ts': BASE,
  'client/calls': [...CLIENT, 'client/calls/tracing.ts'],
  'client/flows': [...CLIENT, 'client/calls'],
  'client/listening': [...CLIENT, 'client/calls'],
  client: [...CLIENT, 'client/**'],
  'client/test-support': CORE,

  // What extensions that have a store share.
  'stored/sealed-text.ts': ['state'],
  stored: [...FLOW, 'state', 'server/extension.ts', 'stored/sealed-text.ts'],

  'spill/contract.ts': ['stored/sealed-text.ts'],
  spill: SPILL,

  'guard/contract.ts': [...BASE, 'stored/sealed-text.ts'],
  guard: GUARD,
  'guard/memory': [...BASE, 'stored/sealed-text.ts', 'guard/contract.ts'],

  'tasks/wake-ups.ts': [],
  'tasks/contract.ts': [...BASE, 'stored/sealed-text.ts', 'tasks/wake-ups.ts'],
  'tasks/stored': TASKS,
  'tasks/memory': [
    ...BASE,
    'stored/sealed-text.ts',
    'tasks/contract.ts',
    'tasks/wake-ups.ts',
    'tasks/stored',
  ],
  'tasks/runs': [...TASKS, 'tasks/stored'],
  'tasks/access.ts': [...TASKS, 'tasks/runs'],
  'tasks/answers.ts': [...TASKS, 'tasks/stored', 'tasks/runs', 'tasks/access.ts'],
  'tasks/status': [...TASKS, 'tasks/stored', 'tasks/runs', 'tasks/access.ts', 'tasks/answers.ts'],
  tasks: [
    ...TASKS,
    'tasks/stored',
    'tasks/runs',
    'tasks/access.ts',
    'tasks/answers.ts',
    'tasks/status',
  ],
  redis: [...CORE, 'stored/**', 'guard', 'guard/contract.ts', 'server/store.ts'],
  otel: [...CORE, 'state', 'server/events.ts', 'client/calls/tracing.ts'],
  stores: [
    ...CORE,
    'server/extension.ts',
    'server/store.ts',
    'stored/**',
    'stores/rewrap-store.ts',
    'guard/**',
    'spill/**',
    'tasks/**',
  ],

  inside: [...SERVER, 'server/**'],
  'stores/rewrap-store.ts': ['state', 'stored/**', 'guard/**', 'spill/**', 'tasks/**'],
  'stores/sql/schema': ['base', 'stores/sql/executor.ts', 'stores/sql/rows.ts'],
  'stores/sql/executor.ts': BASE,
  'stores/sql/rows.ts': ['stored/sealed-text.ts', 'tasks/contract.ts'],
  'stores/sql': [
    ...BASE,
    'stores/sql/executor.ts',
    'stores/sql/rows.ts',
    'stored/**',
    'guard/contract.ts',
    'spill/contract.ts',
    'tasks/contract.ts',
    'tasks/wake-ups.ts',
    'tasks/stored',
    'stores/sql/schema',
  ],
  'stores/embedded': [
    ...BASE,
    'server/store.ts',
    'tasks/contract.ts',
    'tasks/wake-ups.ts',
    'tasks/stored',
    'stores',
    'stores/sql/**',
  ],
  'stores/postgres': [
    ...BASE,
    'protocol/types',
    'server/store.ts',
    'tasks/contract.ts',
    'tasks/wake-ups.ts',
    'tasks/stored',
    'stores',
    'stores/sql/**',
  ],

  'index.ts': [
    ...SERVER,
    'server/**',
    'stored/**',
    'guard/contract.ts',
    'spill/contract.ts',
    'stores',
    'tasks/**',
    'legacy',
  ],
  testing: [
    ...SERVER,
    'server/**',
    'client/**',
    'stored/**',
    'guard/contract.ts',
    'spill/contract.ts',
    'tasks/**',
    'testing/store-checks',
  ],
  'testing/store-checks': [
    'state',
    'stored/**',
    'guard/contract.ts',
    'spill/contract.ts',
    'tasks/**',
  ],

  'cli/failure.ts': [],
  'cli/test-support': [],
  'cli/version.ts': [],
  'cli/command-name.ts': [],
  'cli/exact-number.ts': [],
  'cli/system-words.ts': ['base'],
  'cli/explain.ts': CLI,
  'cli/report.ts': [...CLI, 'cli/explain.ts', 'cli/output'],
  'cli/terminal': CORE,
  'cli/arguments': CLI,
  'cli/output': [...CLI, 'cli/arguments'],
  'cli/target': CLI,
  'cli/questions': [...CLI, 'schema/json'],
  'cli/questions/terminal': [...CLI, 'cli/questions'],
  'cli/login': [...CLI, 'auth/client/**', 'cli/questions/terminal'],
  'cli/flow': [
    ...CLI,
    'cli/login',
    'http/client',
    'cli/report.ts',
    'cli/target',
    'cli/questions',
    'cli/questions/terminal',
  ],
  'cli/state': [...CLI, 'flow/journal', 'state'],
  'cli/stores': [...CLI, 'stores/**', 'stored/**', 'guard/**', 'spill/**', 'tasks/**'],
  'cli/tasks': [...CLI, 'cli/flow', 'cli/output', 'cli/questions', 'cli/state', 'cli/target'],
  'cli/commands': [
    ...CLI,
    'auth/client/**',
    'cli/login',
    'state',
    'stores/rewrap-store.ts',
    'stores/sql/**',
    'cli/stores',
    'cli/arguments',
    'cli/output',
    'cli/target',
    'cli/flow',
    'cli/state',
    'cli/tasks',
  ],
  cli: [...CLI, 'cli/explain.ts', 'cli/report.ts', 'cli/output', 'cli/commands'],
};

/**
 * By the specifier of a package and the room that imports it: how it may be loaded there at most.
 * `static`: with its module; `dynamic`: on demand; `type`: never, for its types alone.
 */
export type Packages = Readonly<Record<string, Readonly<Record<string, Load>>>>;

export const PACKAGES: Packages = {
  '@clack/prompts': { 'cli/questions/terminal': 'dynamic' },
  '@electric-sql/pglite': { 'stores/embedded': 'dynamic' },
  // Events are reported as they happen: a package that arrives later would miss the first.
  '@opentelemetry/api': { otel: 'static' },
  '@standard-schema/spec': { schema: 'type', 'server/flows': 'type' },
  'cross-spawn': { stdio: 'dynamic' },
  commander: { cli: 'static', 'cli/commands': 'static' },
  'eventsource-parser': { 'http/client': 'static' },
  'fast-wrap-ansi': { 'cli/terminal': 'static' },
  jose: { 'auth/server': 'dynamic' },
  oauth4webapi: { 'auth/client/library': 'dynamic' },
  'typebox/schema': { 'schema/json': 'dynamic' },
  pg: { 'stores/postgres': 'dynamic' },
  vitest: { 'cli/test-support': 'static' },
};

/** Folders and files that may import built-in modules of Node and use its globals, and why. */
export type OnNode = Readonly<Record<string, string>>;

/**
 * All other files run anywhere. They may import types of Node, and they look for what they use of it
 * in `globalThis`, prepared for it not to be there: `globalThis.process?.getBuiltinModule?.(…)`.
 */
export const ON_NODE: OnNode = {
  cli: 'a program',
  'base/process-lock.ts': 'locks files and directories, for what runs on Node alone',
  'auth/client/fetching/node-request.ts':
    'asks with node:http; used only where that has been found',
  'auth/client/stores/node-files.ts': 'keeps files; loaded by fileStore()',
  'base/test-support': 'for tests, which run on Node',
  'flow/test-support': 'for tests, which run on Node',
  'http/node': 'mcp-rondo/node: a server on node:http',
  'http/client/node-send.ts': 'a client on node:http; used only where that has been found',
  'stores/embedded': 'mcp-rondo/embedded: a store in a directory',
  'stores/postgres': 'mcp-rondo/postgres: a store over the package pg',
  'stdio/server.ts': 'mcp-rondo/stdio: serves the standard streams of its process',
  'stdio/child-process.ts': 'starts programs; used only where node:child_process has been found',
};
