import { createServer } from '../probe-server.mjs';

const fetch = createServer().fetch;
Deno.serve(
  {
    port: 0,
    hostname: '127.0.0.1',
    onListen: ({ port }) => console.log(`at http://127.0.0.1:${port}/mcp`),
  },
  fetch,
);
