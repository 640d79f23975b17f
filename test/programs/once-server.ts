/** Serves a tool that pays once, with a guard in PostgreSQL, and writes down each payment. */
import { McpServer } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import { postgresStore } from 'mcp-rondo/postgres';
import pg from 'pg';

const connectionString = process.argv[2]!;
const pool = new pg.Pool({ connectionString });
const store = await postgresStore({ connectionString });
const server = new McpServer({ name: 'under-test', version: '1.2.3' }, { store });
const inputSchema = { type: 'object', properties: { id: { type: 'string' } } } as const;

async function isFree(): Promise<boolean> {
  return (await pool.query(`select 1 from notes where what = 'free'`)).rowCount !== 0;
}

server.registerTool('pay', { replay: 'once', inputSchema }, async (given, ctx) => {
  const { id } = given as { id: string };
  if (!(await ctx.confirm('sure', 'Sure?'))) return 'kept';
  return ctx.step('pay', async ({ idempotencyKey }) => {
    await pool.query('insert into notes values ($1, $2, $3)', [
      `pay ${id}`,
      idempotencyKey,
      process.pid,
    ]);
    while (id === 'held' && !(await isFree())) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return `paid ${id}`;
  });
});

const { url } = await serve(server, { port: 0 });
console.log(url);
