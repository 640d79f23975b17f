import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createServer } from '../probe-server.mjs';

const server = createServer();
const app = new Hono();
app.all('/mcp', (c) => server.fetch(c.req.raw));
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  console.log(`at http://127.0.0.1:${port}/mcp`),
);
