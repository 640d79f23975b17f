import { node } from '@elysiajs/node';
import { Elysia } from 'elysia';
import { createServer } from '../probe-server.mjs';

const server = createServer();
const isBun = globalThis.Bun !== undefined;
new Elysia(isBun ? {} : { adapter: node() })
  .all('/mcp', ({ request }) => server.fetch(request), { parse: 'none' })
  .listen({ port: Number(process.env.PORT), hostname: '127.0.0.1' }, () =>
    console.log(`at http://127.0.0.1:${process.env.PORT}/mcp`),
  );
