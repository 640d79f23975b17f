import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ARROWS, ON_NODE, PACKAGES } from '../../../scripts/imports/arrows.ts';
import { CEILINGS } from '../../../scripts/imports/ceilings.ts';
import { checkAll } from '../../../scripts/imports/check-all.ts';
import { entriesOf } from '../../../scripts/imports/check-ceilings.ts';
import { readModules, readSources } from '../../../scripts/imports/module-graph.ts';

const root = new URL('../../../', import.meta.url);

const PLANTED = {
  'flow/planted.ts': `import '../server/server.ts';
const late = () => import('../client/index.ts');
type T = import('../cli/run.ts').T;`,
  'flow/anew/planted.ts': '',
  'protocol/planted.ts': `import type { A } from './planted-too.ts';`,
  'protocol/planted-too.ts': `import type { B } from './planted.ts';`,
  'schema/json/planted.ts': `import { Compile } from 'typebox/schema';`,
  'server/planted.ts': `import { Command } from 'commander';`,
  'state/planted.ts': `import { readFileSync } from 'node:fs';\nconst bytes = Buffer.alloc(1);`,
  'testing/planted.ts': `import { play } from '../flow/test-support/play.ts';`,
};

it('what is planted in the sources as they are is found by the tables as they are', () => {
  const sources = readSources(fileURLToPath(new URL('src/', root)));
  const faults = checkAll(readModules(new Map([...sources, ...Object.entries(PLANTED)])), {
    arrows: ARROWS,
    packages: PACKAGES,
    onNode: ON_NODE,
    entries: entriesOf(readFileSync(new URL('package.json', root), 'utf8')),
    ceilings: CEILINGS,
  });
  expect(faults).toEqual([
    `src/flow/planted.ts:1: 'flow' must not import from 'server' (../server/server.ts)`,
    `src/flow/planted.ts:2: 'flow' must not import from 'client' (../client/index.ts)`,
    `src/flow/planted.ts:3: 'flow' must not import from 'cli' (../cli/run.ts)`,
    expect.stringContaining('src/flow/anew/planted.ts: its folder is not in the table of arrows'),
    expect.stringMatching(
      /^src\/testing\/planted\.ts:1: 'testing' must not import from 'flow\/test/,
    ),
    expect.stringContaining('Files import each other: protocol/planted.ts → protocol/planted-too'),
    expect.stringContaining(
      `src/schema/json/planted.ts:1: may import 'typebox/schema' only on demand`,
    ),
    expect.stringContaining(`src/server/planted.ts:1: imports 'commander', which the table`),
    expect.stringContaining(`src/state/planted.ts:1: loads 'node:fs', but has to run anywhere`),
    expect.stringContaining('src/state/planted.ts:2: uses Buffer, but has to run anywhere'),
  ]);
});
