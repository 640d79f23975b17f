/** Works tasks in PostgreSQL, and writes down in a table each step that it begins. */
import { McpServer } from 'mcp-rondo';
import { startWorker } from 'mcp-rondo/node';
import { postgresStore } from 'mcp-rondo/postgres';
import pg from 'pg';
import { registerJourney } from './journey.ts';

const [, , connectionString = '', lease] = process.argv;
const pool = new pg.Pool({ connectionString, max: 3 });
const store = await postgresStore({ connectionString });
const server = new McpServer(
  { name: 'under-test', version: '1.2.3' },
  { store, tasks: { lease: Number(lease) } },
);
registerJourney(server, async (task, step, key) => {
  await pool.query('insert into steps values ($1, $2, $3, $4)', [task, step, key, process.pid]);
});
startWorker(server, { concurrency: 10 });
console.log('ready');
