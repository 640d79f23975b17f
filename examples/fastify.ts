/** Mounted in a Fastify app, on node's own request and response. `npx tsx examples/fastify.ts` */
import Fastify from 'fastify';
import { McpServer } from 'mcp-rondo';
import { nodeHandler } from 'mcp-rondo/node';

const server = new McpServer({ name: 'greeter', version: '1.0.0' });

server.registerTool('greet', { description: 'Greets, politely' }, async (ctx) =>
  (await ctx.confirm('formal', 'Formally?')) ? 'How do you do?' : 'Hi!',
);

const app = Fastify();
const handle = nodeHandler(server, { onLoopback: true });

app.all('/mcp', (request, reply) => {
  reply.hijack();
  // Fastify has read and parsed the body already.
  handle(request.raw, reply.raw, request.body);
});

const url = await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' });
console.log(`Serving at ${url}/mcp`);
