/**
 * Tasks where nothing runs in the background: a queue that there is anyway, here pg-boss, says when to work.
 * `npx tsx examples/woken-by-queue.ts` serves; with `work`, it is what the queue calls.
 */
import { McpServer } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import { type WakeUps, postgresStore } from 'mcp-rondo/postgres';
import { PgBoss } from 'pg-boss';

const { PORT = '3000' } = process.env;
const connectionString = process.env['RONDO_DATABASE_URL']!;

const boss = new PgBoss({ connectionString });
boss.on('error', (error) => console.error(error));
await boss.start();
// One hint that waits is as good as many.
await boss.createQueue('look', { policy: 'short' });
// Finds what is due without a hint: after a long sleep, or because one was lost.
await boss.schedule('look', '* * * * *');

const wakeUps: WakeUps = {
  /** @param at when the task will be due, if it is not yet, in ms since the epoch */
  wake(_taskId, at = 0) {
    if (at > Date.now() + 60_000) return;
    const when = at > Date.now() ? { startAfter: new Date(at), singletonKey: String(at) } : {};
    boss.send('look', {}, when).catch((error: unknown) => console.error(error));
  },
  changed: () => undefined, // nothing is due by that
  listen: () => () => undefined, // nothing runs that could listen
};

const store = await postgresStore({ connectionString, wakeUps });
const server = new McpServer({ name: 'search', version: '1.0.0' }, { store });

server.registerTool('reindex', { task: 'always' }, async (ctx) => {
  await ctx.step('build', () => 'built');
  if (!(await ctx.confirm('use', 'Use the new index?'))) return 'Kept aside.';
  await ctx.sleep('settle', 1_000);
  return 'In use.';
});

if (process.argv[2] === 'work') {
  await boss.work('look', { pollingIntervalSeconds: 0.5 }, async () => {
    const { ran, due } = await server.runTasks({ for: 25_000 });
    console.log(`${ran} run, ${due} due`);
    if (due > 0) await boss.send('look', {});
  });
  console.log('Waiting for hints');
} else {
  const serving = await serve(server, { port: Number(PORT), worker: false });
  console.log(`Serving at ${serving.url}`);
}
