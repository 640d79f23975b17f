/** What the documents show is true: code compiles, links lead somewhere. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { publicDocs } from '../../scripts/requirements/public-docs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

async function documents(): Promise<string[]> {
  const all = await readdir(root, { encoding: 'utf8' });
  const guides = await readdir(join(root, 'docs'), { encoding: 'utf8', recursive: true });
  return [...all, ...guides.map((name) => join('docs', name))].filter((path) =>
    path.endsWith('.md'),
  );
}

/** TypeScript in a document; what is an example's own text is marked with the example's name. */
async function snippets(document: string): Promise<{ code: string; example?: string }[]> {
  const text = await readFile(join(root, document), 'utf8');
  const fences = text.matchAll(/(?:<!-- (?<example>\S+\.ts) -->\n\n)?```ts\n(?<code>.*?)```/gs);
  return [...fences].map(({ groups }) => ({
    code: groups!['code']!,
    ...(groups!['example'] !== undefined && { example: groups!['example'] }),
  }));
}

/** The source of each entry point of the package. */
const entries = Object.values(
  (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      exports: Record<string, string | { types: string }>;
    }
  ).exports,
).flatMap((target) =>
  typeof target === 'string'
    ? []
    : [target.types.replace('./dist/', 'src/').replace('.d.ts', '.ts')],
);

/** The code of each `@example` in the comments of what an entry point exports. */
function examplesOf(entry: string): string[] {
  const docs = publicDocs([entry], (file) => readFileSync(join(root, file), 'utf8'));
  return docs.flatMap(({ text }) => {
    const lines = text.replaceAll(/^\s*\* ?/gm, '');
    const examples = lines.matchAll(/@example\n```ts\n(?<code>.*?)```/gs);
    return Array.from(examples, ({ groups }) => groups!['code']!);
  });
}

/** What projects may ask of their code, beside `strict` and without it, as Next.js does in projects that it finds. */
const SETTINGS = {
  'as strict as they come': {
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
  },
  'not strict': { strict: false },
};

describe('the documents', () => {
  it.each(entries)('the comments of %s show how to use it', (entry) => {
    expect(examplesOf(entry)).not.toEqual([]);
  });

  it('the documents show examples as they are', async () => {
    const shown = (await Promise.all((await documents()).map(snippets))).flat();
    const marked = shown.filter(({ example }) => example !== undefined);
    expect(marked.length).toBeGreaterThan(0);
    for (const { code, example } of marked) {
      const file = await readFile(join(root, example!), 'utf8');
      expect(file.slice(file.indexOf('import '))).toBe(code);
    }
  });

  it.each(Object.entries(SETTINGS))(
    'the documents show code that compiles: %s',
    async (_, settings) => {
      await mkdir(join(root, '.cache'), { recursive: true });
      const folder = await mkdtemp(join(root, '.cache/docs-'));
      try {
        let count = 0;
        for (const document of await documents()) {
          for (const { code, example } of await snippets(document)) {
            const name = `${document.replaceAll(/\W/g, '-')}-${++count}.ts`;
            if (example === undefined) await writeFile(join(folder, name), `${code}\nexport {};\n`);
          }
        }
        for (const code of entries.flatMap(examplesOf)) {
          await writeFile(join(folder, `example-${++count}.ts`), `${code}\nexport {};\n`);
        }
        const include = ['.', '../../examples'];
        const tsconfig = { extends: '../../tsconfig.json', compilerOptions: settings, include };
        await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
        const tsc = join(root, 'node_modules/typescript/bin/tsc');
        const run = promisify(execFile)(process.execPath, [tsc, '-p', folder, '--pretty', 'false']);
        const { stdout } = await run.catch((error: { stdout: string }) => error);
        // With these settings readers compile what they copy, and not the sources of the package.
        expect(
          stdout.split(/\n(?! )/).filter((line) => /^(?:\.cache|examples)/.test(line)),
        ).toEqual([]);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );

  it('the documents link to files that exist, and to headings that they have', async () => {
    const dead: string[] = [];
    for (const document of await documents()) {
      const text = await readFile(join(root, document), 'utf8');
      for (const [, link] of text.matchAll(/\]\(([^)\s]+)[^)]*\)/g)) {
        if (/^https?:/.test(link!)) continue;
        const [path, heading] = link!.split('#');
        const file = path === '' ? join(root, document) : join(root, dirname(document), path!);
        const isAlive = existsSync(file) && (heading === undefined || hasHeading(file, heading));
        if (!isAlive) dead.push(`${document}: ${link}`);
      }
    }
    expect(dead).toEqual([]);
  });
});

/** Whether a document has a heading that is linked to as `#name`. */
function hasHeading(file: string, name: string): boolean {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm);
  const names = Array.from(headings, ([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\d\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return names.includes(name);
}
