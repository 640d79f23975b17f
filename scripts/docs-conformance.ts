/** Writes the tables of docs/conformance.md anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GROUPS } from '../test/requirements.ts';
import { withTables } from './requirements/conformance-page.ts';

const page = fileURLToPath(new URL('../docs/conformance.md', import.meta.url));
writeFileSync(page, await withTables(readFileSync(page, 'utf8'), GROUPS));
