import Koa from 'koa';
import { nodeHandler } from 'mcp-rondo/node';
import { createServer } from '../probe-server.mjs';

const handle = nodeHandler(createServer(), { onLoopback: true });
const app = new Koa();
app.use((ctx) => {
  ctx.respond = false;
  handle(ctx.req, ctx.res);
});
const listening = app.listen(0, '127.0.0.1', () =>
  console.log(`at http://127.0.0.1:${listening.address().port}/mcp`),
);
