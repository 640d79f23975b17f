/** A task that asks, waits and survives its process: docs/tasks.md. `npx tsx examples/index-folder.ts` */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { McpServer } from 'mcp-rondo';
import { embeddedStore } from 'mcp-rondo/embedded';
import { serve } from 'mcp-rondo/node';
import { postgresStore } from 'mcp-rondo/postgres';
import * as z from 'zod';

const { FOLDER = '.', STORE = './tasks', RONDO_DATABASE_URL, PORT = '3000' } = process.env;
const store = RONDO_DATABASE_URL
  ? await postgresStore({ connectionString: RONDO_DATABASE_URL })
  : await embeddedStore({ directory: STORE });
const server = new McpServer({ name: 'library', version: '1.0.0' }, { store });

const When = z.object({ at: z.iso.datetime().optional().describe('When to read the files') });
const Title = z.object({ title: z.string().min(1) });

server.registerTool(
  'index_folder',
  { description: 'Index the texts of the folder', task: 'always', inputSchema: When },
  async ({ at }, ctx) => {
    const names = await ctx.step('find', findTexts);
    if (!(await ctx.confirm('go', `Index ${names.length} files: ${names.join(', ')}?`))) {
      return 'Nothing indexed.';
    }
    if (at !== undefined) {
      ctx.status(`waits until ${at}`);
      const wait = await ctx.step('wait', () => Math.max(0, Date.parse(at) - Date.now()));
      await ctx.sleep('until', wait); // occupies nothing
    }
    const lines: string[] = [];
    for (const [i, name] of names.entries()) {
      ctx.status(`reads file ${i + 1} of ${names.length}`);
      const text = await ctx.step(`read ${i}`, () => readText(name)); // once, whoever is killed
      const title = text.title ?? (await askTitle(name, i));
      lines.push(`- ${title}: ${name}, ${text.words} words`);
    }
    await ctx.step('write', () => writeFile(join(FOLDER, 'INDEX.md'), `${lines.join('\n')}\n`));
    return `Indexed ${names.length} files into INDEX.md.`;

    async function askTitle(name: string, i: number): Promise<string> {
      const message = `${name} has no title. What is it?`;
      const answer = await ctx.elicit(`title ${i}`, { message, schema: Title });
      return answer.action === 'accept' ? answer.content.title : 'Untitled';
    }
  },
);

async function findTexts(): Promise<string[]> {
  const names = await readdir(FOLDER);
  return names.filter((name) => name.endsWith('.md') && name !== 'INDEX.md').toSorted();
}

/** The first line is the title if it is a heading. */
async function readText(name: string): Promise<{ title: string | null; words: number }> {
  console.error(`reading ${name}`);
  const text = await readFile(join(FOLDER, name), 'utf8');
  return { title: /^# (.+)/.exec(text)?.[1] ?? null, words: text.split(/\s+/).length };
}

const { url } = await serve(server, { port: Number(PORT) });
console.log(`Serving at ${url}`);
