/**
 * A server for old clients, over HTTP and over its standard streams, whose tool waits for a person. Its
 * URL is the first line of its standard error.
 */
import { McpServer } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import { serveStdio } from 'mcp-rondo/stdio';

const server = new McpServer({ name: 'waiting', version: '1.0.0' });
server.registerTool('ask', {}, async (ctx) => String(await ctx.confirm('go', 'Go?')));

// Just before `serve` stops waiting for what is under way, if it has to.
process.once('SIGTERM', () => {
  setTimeout(() => console.error('the grace is over'), 24_000).unref();
});

const { url } = await serve(server, { port: 0 });
serveStdio(server);
console.error(url);
