/**
 * One of several instances that share a PostgreSQL, and that are killed all the time. `CHAOS_DEATH` is
 * `<point of a round>:<n>`: when that point is passed for the n-th time, the process kills itself.
 */
import { type Context, McpServer, accepted } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import { postgresStore } from 'mcp-rondo/postgres';
import pg from 'pg';
import * as z from 'zod';

const [connectionString, port] = process.argv.slice(2) as [string, string];
const [fatal, times] = (process.env['CHAOS_DEATH'] ?? '').split(':');

let passed = 0;
function pass(point: string): void {
  if (point === fatal && ++passed === Number(times)) process.kill(process.pid, 'SIGKILL');
}

const pool = new pg.Pool({ connectionString, max: 12 });
pool.on('error', () => undefined);

/** Writes an effect under its key, as often as it takes: the table has each key once. */
async function write(key: string, run: string, name: string): Promise<string> {
  pass('before an effect');
  for (;;) {
    try {
      await pool.query('insert into attempts values ($1)', [run]);
      await pool.query('insert into effects values ($1, $2, $3) on conflict do nothing', [
        key,
        run,
        name,
      ]);
      pass('after an effect');
      return name;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Writes an effect that has no key, and therefore is not tried again. */
async function stamp(run: string): Promise<string> {
  pass('before an effect');
  await pool.query('insert into stamps values ($1)', [run]);
  pass('after an effect');
  return 'stamped';
}

const Input = z.object({ run: z.string() });
const Amount = z.object({ amount: z.number().int() });

async function move(run: string, ctx: Context): Promise<string> {
  const effect = (name: string): Promise<string> =>
    ctx.step(name, ({ idempotencyKey }) => write(idempotencyKey, run, name));
  const question = { message: `How much for ${run}?`, schema: Amount };
  const { amount } = accepted(await ctx.elicit('amount', question));
  const debit = await effect('debit');
  await ctx.checkpoint('half way');
  const sure = await ctx.confirm('sure', `Move ${amount}?`);
  const credit = await effect('credit');
  pass('before the result');
  return `${run}: ${debit} and ${credit} of ${amount}, ${sure}`;
}

const store = await postgresStore({ pool });
const server = new McpServer(
  { name: 'chaos', version: '1.0.0' },
  { store, on: ({ type }) => pass(type) },
);

server.registerTool('order', { inputSchema: Input }, ({ run }, ctx) => move(run, ctx));

server.registerTool('pay', { inputSchema: Input, replay: 'once' }, async ({ run }, ctx) => {
  const first = (key: string): Promise<string> => write(key, run, 'reserve');
  const reserve = await ctx.step('reserve', ({ idempotencyKey }) => first(idempotencyKey));
  return `${reserve}, ${await move(run, ctx)}`;
});

server.registerTool(
  'stamp',
  { inputSchema: Input, replay: 'once', interrupted: 'refuse' },
  async ({ run }, ctx) => {
    if (!(await ctx.confirm('sure', 'Stamp it?'))) return `${run}: kept`;
    const state = await ctx.step('stamp', () => stamp(run)).catch(() => 'perhaps stamped');
    const filed = await ctx.confirm('file', 'File it?');
    return `${run}: ${state}, ${filed}`;
  },
);

await serve(server, { port: Number(port), signals: false });
console.log('ready');
