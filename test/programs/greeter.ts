/** A server for tests that need a real process over stdio. */
import { McpServer } from 'mcp-rondo';
import { serveStdio } from 'mcp-rondo/stdio';

const server = new McpServer({ name: 'greeter', version: '1.0.0' });

server.registerTool('ask', {}, async (ctx) => {
  console.log('printed where the protocol is not');
  console.dirxml('so is this');
  return String(await ctx.confirm('go', 'Go?'));
});

server.registerTool('hang', {}, (ctx) => {
  console.error('hanging');
  return new Promise((resolve) => ctx.signal.addEventListener('abort', () => resolve('aborted')));
});

serveStdio(server);
