/** The types of results as editors show them: TypeScript writes a declaration as it writes a hover. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

const HEAD = `
import { accepted, type Context } from 'mcp-rondo';
import * as z from 'zod';
declare const ctx: Context;
const who = ctx.elicit('who', { message: 'Who?', schema: z.object({ name: z.string() }) });
const go = ctx.confirm('go', 'Go?');
`;

/** What an author writes, and the type that the editor shows for it. */
const SHOWN: Record<string, string> = {
  'await ctx.all({ who, go })': '{ who: ElicitOutcome<{ name: string; }>; go: boolean; }',
  "await ctx.all({ plan: ctx.step('plan', () => ({ build: 7 })), on: ctx.now() })":
    '{ plan: { build: number; }; on: number; }',
  'await Promise.all([who, go])': '[ElicitOutcome<{ name: string; }>, boolean]',
  'await who': 'ElicitOutcome<{ name: string; }>',
  'accepted(await who)': '{ name: string; }',
  '(await ctx.listRoots())[0]!': 'Root',
};

it('what ctx returns reads as the answers, without names of helper types', async () => {
  await mkdir(join(root, '.cache'), { recursive: true });
  const folder = await mkdtemp(join(root, '.cache/types-'));
  try {
    const lines = Object.keys(SHOWN).map((code, i) => `export const v${i} = ${code};`);
    await writeFile(join(folder, 'shown.ts'), HEAD + lines.join('\n'));
    const compilerOptions = {
      noEmit: false,
      emitDeclarationOnly: true,
      rootDir: '../..',
      outDir: '.',
    };
    const tsconfig = {
      extends: '../../tsconfig.json',
      include: ['shown.ts'],
      exclude: [],
      compilerOptions,
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await promisify(execFile)(process.execPath, [tsc, '-p', folder]);
    const path = join(folder, '.cache', folder.slice(folder.lastIndexOf('/') + 1), 'shown.d.ts');
    expect(shownIn(await readFile(path, 'utf8'))).toEqual(Object.values(SHOWN));
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** The types of the constants, each on one line and without the files that names come from. */
function shownIn(declarations: string): string[] {
  const [, ...types] = declarations.split(/^export declare const v\d+: /m);
  return types.map((type) =>
    type
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/import\("[^"]*"\)\./g, '')
      .replace(/; (?:export \{\};)?$/, ''),
  );
}
