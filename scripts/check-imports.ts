/** Holds the imports of src/ to the tables in scripts/imports/; part of `npm run lint`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ARROWS, ON_NODE, PACKAGES } from './imports/arrows.ts';
import { CEILINGS } from './imports/ceilings.ts';
import { checkAll } from './imports/check-all.ts';
import { entriesOf, inWords, sizesOf } from './imports/check-ceilings.ts';
import { readModules, readSources } from './imports/module-graph.ts';

const root = new URL('../', import.meta.url);

const modules = readModules(readSources(fileURLToPath(new URL('src/', root))));
const entries = entriesOf(readFileSync(new URL('package.json', root), 'utf8'));

const faults = checkAll(modules, {
  arrows: ARROWS,
  packages: PACKAGES,
  onNode: ON_NODE,
  entries,
  ceilings: CEILINGS,
});

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log(`The imports of ${modules.size} files are as the tables have it. Loaded at once:`);
for (const [name, entry] of entries) {
  console.log(`  ${name.padEnd(10)} ${inWords(sizesOf(modules, entry).atOnce)}`);
}
