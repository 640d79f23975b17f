/** Mounted in a Hono app: anything that speaks fetch will do. `npx tsx examples/hono.ts` */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { McpServer } from 'mcp-rondo';

const server = new McpServer({ name: 'greeter', version: '1.0.0' });

server.registerTool('greet', { description: 'Greets, politely' }, async (ctx) =>
  (await ctx.confirm('formal', 'Formally?')) ? 'How do you do?' : 'Hi!',
);

const app = new Hono();
app.get('/', (c) => c.text('The MCP endpoint is /mcp.'));
app.all('/mcp', (c) => server.fetch(c.req.raw));

serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000) }, ({ port }) => {
  console.log(`Serving at http://127.0.0.1:${port}/mcp`);
});
