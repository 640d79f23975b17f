/** What must not be imported, planted in sources that are nowhere but here. */
import { describe, expect, it } from 'vitest';
import type { Arrows } from '../../../scripts/imports/arrows.ts';
import { checkArrows } from '../../../scripts/imports/check-arrows.ts';
import { checkCeilings, entriesOf } from '../../../scripts/imports/check-ceilings.ts';
import { checkCycles } from '../../../scripts/imports/check-cycles.ts';
import { checkNode } from '../../../scripts/imports/check-node.ts';
import { checkPackages } from '../../../scripts/imports/check-packages.ts';
import { modulesOf } from './modules.ts';

const ARROWS: Arrows = {
  base: [],
  flow: ['base', 'flow/asks'],
  'flow/asks': ['base'],
  'flow/test-support': ['flow/**'],
  server: ['flow/**', 'server/seam.ts'],
  'server/seam.ts': [],
  guard: ['server/seam.ts'],
};

const HOUSE = {
  'base/base.ts': 'export type T = 1;',
  'flow/flow.ts': `import '../base/base.ts'; import './asks/ask.ts';`,
  'flow/asks/ask.ts': `import type { T } from '../../base/base.ts';`,
  'flow/test-support/play.ts': `import '../flow.ts'; import '../asks/ask.ts';`,
  'server/server.ts': `import '../flow/flow.ts'; import '../flow/asks/ask.ts'; import './seam.ts';`,
  'server/seam.ts': 'export type S = 1;',
  'guard/guard.ts': `import type { S } from '../server/seam.ts';`,
};

function arrowFaults(planted: Readonly<Record<string, string>>, arrows = ARROWS): string[] {
  return checkArrows(modulesOf({ ...HOUSE, ...planted }), arrows);
}

describe('the check of arrows', () => {
  it('passes what the table has', () => {
    expect(arrowFaults({})).toEqual([]);
  });

  it.each([
    `import '../server/server.ts';`,
    `import { type S } from '../server/server.ts';`,
    `import type { S } from '../server/server.ts';`,
    `type S = import('../server/server.ts').S;`,
    `type S = typeof import('../server/server.ts');`,
    `export * from '../server/server.ts';`,
    `export type { S } from '../server/server.ts';`,
    `const late = () => import('../server/server.ts');`,
  ])('fails on %j in a room that the server stands on', (text) => {
    expect(arrowFaults({ 'flow/planted.ts': text })).toEqual([
      `src/flow/planted.ts:1: 'flow' must not import from 'server' (../server/server.ts)`,
    ]);
  });

  it('fails on an import from a room to the folder around it', () => {
    expect(arrowFaults({ 'flow/asks/planted.ts': `\nimport '../flow.ts';` })).toEqual([
      `src/flow/asks/planted.ts:2: 'flow/asks' must not import from 'flow' (../flow.ts)`,
    ]);
  });

  it('knows a file with a row of its own from the rest of its folder', () => {
    expect(arrowFaults({ 'guard/planted.ts': `import '../server/server.ts';` })).toEqual([
      `src/guard/planted.ts:1: 'guard' must not import from 'server' (../server/server.ts)`,
    ]);
  });

  it.each(['flow/new/planted.ts', 'new/planted.ts', 'planted.ts'])(
    'fails on %s, for whose folder the table has no row',
    (path) => {
      expect(arrowFaults({ [path]: '' })).toEqual([
        expect.stringContaining(`src/${path}: its folder is not in the table`),
      ]);
    },
  );

  it('fails on a computed import', () => {
    expect(arrowFaults({ 'flow/planted.ts': 'import(`../${"server"}/server.ts`);' })).toEqual([
      expect.stringMatching(/^src\/flow\/planted\.ts:1: a computed import/),
    ]);
  });

  it.each(['./flow.js', './flow', '../../test/support/x.ts', '..'])(
    'fails on an import of %s, which is not a file of src/',
    (specifier) => {
      expect(arrowFaults({ 'flow/planted.ts': `import '${specifier}';` })).toEqual([
        `src/flow/planted.ts:1: '${specifier}' is not a file of src/`,
      ]);
    },
  );

  it('fails on a test-support that is used by what is no test', () => {
    const text = `import '../flow/test-support/play.ts';`;
    expect(arrowFaults({ 'server/planted.ts': text })).toEqual([
      `src/server/planted.ts:1: 'server' must not import from 'flow/test-support' (../flow/test-support/play.ts)`,
    ]);
  });

  it('lets a test import its whole folder, what that may import, and test-support', () => {
    const text = `import '../flow.ts'; import '../../base/base.ts'; import '../test-support/play.ts';`;
    expect(arrowFaults({ 'flow/asks/ask.test.ts': text })).toEqual([]);
    const server = `import '../flow/test-support/play.ts';`;
    expect(arrowFaults({ 'server/server.test.ts': server })).toEqual([]);
  });

  it('fails on a test that imports what its folder must not, and on the import of a test', () => {
    const planted = {
      'flow/asks/ask.test.ts': `import '../../server/server.ts';`,
      'flow/planted.ts': `import './asks/ask.test.ts';`,
    };
    expect(arrowFaults(planted)).toEqual([
      expect.stringContaining(`'flow/asks' must not import from 'server'`),
      expect.stringContaining(`'./asks/ask.test.ts' is a test`),
    ]);
  });

  it('fails on rows that are left from what is gone', () => {
    expect(arrowFaults({}, { ...ARROWS, gone: ['lost', 'lost/**'] })).toEqual([
      `The table of arrows has 'gone', and src/ has no such files`,
      `The table of arrows lets 'gone' import 'lost', which has no row`,
      `The table of arrows lets 'gone' import 'lost/**', which has no row`,
    ]);
  });
});

describe('the check of cycles', () => {
  it('passes what has none', () => {
    expect(checkCycles(modulesOf(HOUSE), ARROWS)).toEqual([]);
  });

  it.each([
    `import './a.ts';`,
    `import type { A } from './a.ts';`,
    `type A = import('./a.ts').A;`,
    `void import('./a.ts');`,
  ])('fails on a cycle of files that is closed by %j', (text) => {
    const modules = modulesOf({
      'base/a.ts': `import type { B } from './b.ts';`,
      'base/b.ts': `import './c.ts';`,
      'base/c.ts': text,
    });
    expect(checkCycles(modules, ARROWS)).toEqual([
      'Files import each other: base/a.ts → base/b.ts → base/c.ts → base/a.ts',
    ]);
  });

  it('fails on a file that imports itself', () => {
    expect(checkCycles(modulesOf({ 'base/a.ts': `import './a.ts';` }), ARROWS)).toHaveLength(1);
  });

  it('fails on rooms that the table lets import each other', () => {
    const arrows = { ...ARROWS, 'flow/asks': ['base', 'guard'], guard: ['flow'] };
    expect(checkCycles(modulesOf(HOUSE), arrows)).toEqual([
      'Rooms may import each other: flow → flow/asks → guard → flow',
    ]);
  });
});

describe('the check of packages', () => {
  const packages = { pg: { guard: 'dynamic' }, zod: { flow: 'type', server: 'static' } } as const;
  const uses = {
    'guard/guard.ts': `import type { Pool } from 'pg'; const late = () => import('pg');`,
    'flow/flow.ts': `import type { Z } from 'zod';`,
    'server/server.ts': `import * as z from 'zod';`,
  };

  function faults(planted: Readonly<Record<string, string>>): string[] {
    return checkPackages(modulesOf({ ...uses, ...planted }), ARROWS, packages);
  }

  it('passes what the table has, and everything in tests', () => {
    expect(faults({ 'flow/flow.test.ts': `import 'pg'; import 'vitest';` })).toEqual([]);
  });

  it.each([
    ['guard', `import { Pool } from 'pg';`, `only on demand, by import(), and does it at once`],
    [
      'flow',
      `const late = () => import('zod');`,
      'only for its types alone, and does it on demand',
    ],
    ['flow', `const late = () => import('pg');`, `imports 'pg', which the table`],
    ['server', `import type { Z } from 'zod/mini';`, `imports 'zod/mini', which the table`],
    ['server', `import 'mcp-rondo';`, `imports 'mcp-rondo', which the table`],
  ])('fails in %s on %j', (room, text, fault) => {
    expect(faults({ [`${room}/planted.ts`]: text })).toEqual([expect.stringContaining(fault)]);
  });

  it('fails on rows that are left from what is gone', () => {
    expect(faults({ 'guard/guard.ts': '' })).toEqual([
      `The table of packages has 'pg' imported by 'guard', which is not so`,
    ]);
  });
});

describe('the check of what runs anywhere', () => {
  const onNode = { cli: 'a program', 'http/node.ts': 'a server on node:http' };
  const uses = {
    'cli/main.ts': 'process.exit();',
    'http/node.ts': `import { createServer } from 'node:http';`,
  };

  function faults(planted: Readonly<Record<string, string>>): string[] {
    return checkNode(modulesOf({ ...uses, ...planted }), onNode);
  }

  it('passes Node where it is named, types of it, what is guarded, and tests', () => {
    const planted = {
      'cli/run/run.ts': `import fs from 'node:fs';`,
      'http/http.ts': `import type { Server } from 'node:http'; globalThis.process?.pid;`,
      'http/http.test.ts': `import 'node:fs'; Buffer.alloc(1);`,
    };
    expect(faults(planted)).toEqual([]);
  });

  it.each([
    [`import fs from 'node:fs';`, `loads 'node:fs'`],
    [`import fs from 'fs';`, `loads 'fs'`],
    [`import 'node:fs';`, `loads 'node:fs'`],
    [`import { type Stats } from 'node:fs';`, `loads 'node:fs'`],
    [`export * from 'node:fs';`, `loads 'node:fs'`],
    [`const late = () => import('node:fs/promises');`, `loads 'node:fs/promises'`],
    ['const a = Buffer.alloc(1);', 'uses Buffer'],
    ['const a = () => process.pid;', 'uses process'],
    [`const a = typeof process === 'undefined';`, 'uses process'],
    ['const a = globalThis.process.pid;', 'uses process'],
    ['const { process } = globalThis;', 'name the members of globalThis'],
    ['setImmediate(() => {});', 'uses setImmediate'],
    [`const fs = require('fs');`, 'uses require'],
    ['const a = __dirname;', 'uses __dirname'],
    ['const a = global;', 'uses global'],
  ])('fails on %j elsewhere', (text, fault) => {
    expect(faults({ 'http/planted.ts': `\n${text}` })).toEqual([
      expect.stringContaining(`src/http/planted.ts:2: ${fault}`),
    ]);
  });

  it('fails on a name that uses nothing of Node', () => {
    expect(faults({ 'http/node.ts': '' })).toEqual([
      `'http/node.ts' uses nothing of Node: ON_NODE need not have it`,
    ]);
  });
});

describe('the check of ceilings', () => {
  const modules = modulesOf({
    'index.ts': `import './a.ts';\n${'x();'.repeat(250)}`,
    'a.ts': `import type { B } from './types.ts'; void import('./late.ts'); /* ${'-'.repeat(2_000)} */`,
    'late.ts': `import './a.ts';`,
    'types.ts': 'export type B = 1;',
  });
  const entries = new Map([['.', 'index.ts']]);
  const least = { atOnce: { modules: 2, kB: 2 }, later: { modules: 1, kB: 1 } };

  it('passes what is not above its ceiling', () => {
    expect(checkCeilings(modules, entries, { '.': least })).toEqual([]);
  });

  it.each([
    ['modules at once', { ...least, atOnce: { modules: 1, kB: 2 } }, 'at once 2 modules, 2 kB'],
    ['bytes at once', { ...least, atOnce: { modules: 2, kB: 1 } }, 'at once 2 modules, 2 kB'],
    ['modules on demand', { ...least, later: { modules: 0, kB: 1 } }, 'on demand 1 modules, 1 kB'],
    ['anything on demand', { atOnce: least.atOnce }, 'on demand 1 modules, 1 kB'],
  ])('fails on too many %s, and says what to do', (_, ceiling, found) => {
    const faults = checkCeilings(modules, entries, { '.': ceiling });
    expect(faults).toEqual([expect.stringContaining(`'.' loads ${found}; its ceiling is`)]);
    expect(faults[0]).toContain('raise the ceiling in scripts/imports/ceilings.ts');
  });

  it('fails on entries without a ceiling, ceilings without an entry, and entries without a file', () => {
    expect(checkCeilings(modules, entries, { './gone': least })).toEqual([
      `There is a ceiling for './gone', which package.json does not export`,
      `'.' has no ceiling in scripts/imports/ceilings.ts`,
    ]);
    expect(checkCeilings(modules, new Map([['.', 'gone.ts']]), { '.': least })).toEqual([
      `package.json exports '.', and there is no src/gone.ts`,
    ]);
  });

  it('takes its entries from package.json', () => {
    const text = `{"exports":{".":{"types":"./dist/a.d.ts","default":"./dist/b/a.js"},"./x":"./x.json"}}`;
    expect([...entriesOf(text)]).toEqual([['.', 'b/a.ts']]);
  });
});
