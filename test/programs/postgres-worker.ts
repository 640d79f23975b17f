/** Works tasks in PostgreSQL, and writes down each step that it begins and ends. */
import { McpServer } from 'mcp-rondo';
import { startWorker } from 'mcp-rondo/node';
import { postgresStore } from 'mcp-rondo/postgres';
import pg from 'pg';

const connectionString = process.argv[2]!;
const pool = new pg.Pool({ connectionString });
const note = async (what: string, key: string): Promise<void> => {
  await pool.query('insert into notes values ($1, $2, $3)', [what, key, process.pid]);
};

const store = await postgresStore({ connectionString });
const server = new McpServer(
  { name: 'under-test', version: '1.2.3' },
  { store, tasks: { lease: 1_000 } },
);

server.registerTool('five', { task: 'always' }, async (ctx) => {
  for (const step of [1, 2, 3, 4, 5]) {
    await ctx.step(`step ${step}`, ({ idempotencyKey }) => note('began', idempotencyKey));
  }
  return 'done';
});

server.registerTool('held', { task: 'always' }, async (ctx) => {
  const by = await ctx.step('hold', async ({ idempotencyKey }) => {
    await note('began', idempotencyKey);
    while ((await pool.query(`select 1 from notes where what = 'free'`)).rowCount === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await note('ended', idempotencyKey);
    return process.pid;
  });
  return String(by);
});

startWorker(server, { concurrency: 3 });
console.log('ready');
