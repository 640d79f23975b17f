/**
 * A server with everything that a server can have, over PostgreSQL. Each line on its standard input is a
 * question about the process, `sample`, `count` or `close`, and each answer is a line of JSON.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Context, McpServer } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import { postgresStore } from 'mcp-rondo/postgres';
import pg from 'pg';
import * as z from 'zod';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const connectionString = process.argv[2]!;
// Connections stay, so that none is under way when they are counted.
const pool = new pg.Pool({ connectionString, max: 8, idleTimeoutMillis: 0 });
await pool.query('create table if not exists effects (run text, name text)');

const store = await postgresStore({ pool });
const server = new McpServer(
  { name: 'soak', version: '1.0.0' },
  { store, legacy: { askTimeout: 10_000 }, logger: console },
);

const Input = z.object({ run: z.string() });
const config = { inputSchema: Input };

async function write(run: string, name: string): Promise<string> {
  await pool.query('insert into effects values ($1, $2)', [run, name]);
  return name;
}

server.registerTool('greet', config, ({ run }) => `Hello, ${run}.`);

/** Three rounds. */
server.registerTool('plan', config, async ({ run }, ctx) => {
  const plan = await ctx.step('plan', () => `plan of ${run}`);
  const schema = z.object({ reason: z.string() });
  const answer = await ctx.elicit('why', { message: `Why ${run}?`, schema });
  await ctx.checkpoint('half way');
  const sure = await ctx.confirm('sure', 'Sure?');
  const reason = answer.action === 'accept' ? answer.content.reason : 'nothing';
  return `${plan}: ${reason}, ${sure}`;
});

/** More than fits in a state. */
server.registerTool('dump', config, async ({ run }, ctx) => {
  const text = await ctx.step('read', () => run.padEnd(40_000, '.'));
  const sure = await ctx.confirm('sure', 'Sure?');
  return `${run}: ${text.length}, ${sure}`;
});

server.registerTool('pay', { ...config, replay: 'once' }, async ({ run }, ctx) => {
  const reserved = await ctx.step('reserve', () => write(run, 'reserved'));
  const sure = await ctx.confirm('sure', `Pay ${run}?`);
  const paid = await ctx.step('pay', () => write(run, 'paid'));
  return `${run}: ${reserved}, ${paid}, ${sure}`;
});

async function work(run: string, ctx: Context): Promise<string> {
  const first = await ctx.step('first', () => write(run, 'first'));
  ctx.status('waits');
  await ctx.sleep('rest', 5);
  const sure = await ctx.confirm('sure', `Go on with ${run}?`);
  const second = await ctx.step('second', () => write(run, 'second'));
  return `${run}: ${first}, ${second}, ${sure}`;
}

server.registerTool('work', { ...config, task: 'always' }, ({ run }, ctx) => work(run, ctx));

server.registerTool('leave', { ...config, replay: 'once' }, async ({ run }, ctx) => {
  await ctx.confirm('begin', `Begin ${run}?`);
  await ctx.detach();
  return work(run, ctx);
});

/** Until its caller cancels it, or goes away. */
server.registerTool('wait', config, async (_, ctx) => {
  ctx.progress(1);
  await once(ctx.signal, 'abort').catch(() => undefined);
  return 'not waited for';
});

server.registerResource('news', 'news://today', {}, () => ({
  contents: [{ uri: 'news://today', text: 'none' }],
}));

server.registerTool('report', config, ({ run }) => {
  server.sendResourceUpdated({ uri: 'news://today' });
  return `${run}: reported`;
});

const serving = await serve(server, { port: 0, signals: false, grace: 5_000 });

/** What is alive: resources that keep the process running, and objects that may not. */
function alive(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  counts['TCPSocketWrap'] = (counts['TCPSocketWrap'] ?? 0) - pool.totalCount;
  const timer = setTimeout(() => undefined, 1);
  clearTimeout(timer);
  const objects = { timers: timer.constructor, 'abort signals': AbortSignal };
  for (const [name, type] of Object.entries(objects)) {
    counts[name] = queryObjects(type as never, { format: 'count' });
  }
  return counts;
}

/** Of the processor, in ms. */
function used(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const texts = Array.from({ length: 2_000 }, (_, i) => ({ text: `text ${i}` }));

/** What the same work takes each time, in ms: more while others use the processor. */
function yardstick(): number {
  const before = used();
  for (let i = 0; i < 20; i++) JSON.parse(JSON.stringify(texts));
  return used() - before;
}

let measured = used();

/** Of the processor since the last sample, without what sampling takes. */
function sample(): object {
  const processor = used() - measured;
  collect();
  collect();
  const heap = process.memoryUsage().heapUsed;
  const unit = yardstick();
  measured = used();
  return { heap, cost: processor / unit };
}

async function close(): Promise<object> {
  await serving.close();
  await store.close();
  await pool.end();
  process.stdin.unref();
  return {};
}

// Whoever has started this is gone.
process.stdin.on('end', () => process.exit(1));
const lines = createInterface({ input: process.stdin });
const answers: Record<string, () => object | Promise<object>> = { sample, count: alive, close };
lines.on('line', async (question) => console.log(JSON.stringify(await answers[question]!())));

console.log(JSON.stringify({ url: serving.url }));
