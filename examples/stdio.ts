/** A server that a host starts as a child process. `npx tsx examples/stdio.ts` */
import { McpServer } from 'mcp-rondo';
import { serveStdio } from 'mcp-rondo/stdio';

const server = new McpServer({ name: 'greeter', version: '1.0.0' });

server.registerTool('greet', { description: 'Greets, politely' }, async (ctx) => {
  // Prints to stderr: stdout belongs to the protocol.
  console.log('somebody wants to be greeted');
  return (await ctx.confirm('formal', 'Formally?')) ? 'How do you do?' : 'Hi!';
});

serveStdio(server);
