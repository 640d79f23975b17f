import { createServer } from '../probe-server.mjs';

const serving = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 0,
  fetch: createServer().fetch,
});
console.log(`at http://127.0.0.1:${serving.port}/mcp`);
