import Fastify from 'fastify';
import { nodeHandler } from 'mcp-rondo/node';
import { createServer } from '../probe-server.mjs';

// As maxBodyBytes: Fastify reads the bodies, and allows 1 MiB by default.
const app = Fastify({ bodyLimit: 4 * 1024 * 1024 });
const handle = nodeHandler(createServer(), { onLoopback: true });
app.all('/mcp', (request, reply) => {
  reply.hijack();
  handle(request.raw, reply.raw, request.body);
});
console.log(`at ${await app.listen({ port: 0, host: '127.0.0.1' })}/mcp`);
