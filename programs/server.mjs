/** The server that every program calls. Argument: `http`, which prints its URL, or `stdio`. */
import { McpServer } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import { serveStdio } from 'mcp-rondo/stdio';

const number = { type: 'number' };
const NUMBERS = { type: 'object', properties: { a: number, b: number }, required: ['a', 'b'] };
const SUM = { type: 'object', properties: { sum: number }, required: ['sum'] };
const REASON = {
  type: 'object',
  properties: { reason: { type: 'string' } },
  required: ['reason'],
};

const server = new McpServer({ name: 'called-by-programs', version: '1.0.0' });
server.registerTool('add', { inputSchema: NUMBERS, outputSchema: SUM }, ({ a, b }) => ({
  sum: a + b,
}));
server.registerTool('ask', {}, async (ctx) => {
  ctx.progress(1);
  const { action, content } = await ctx.elicit('why', { message: 'Why?', schema: REASON });
  return `${action}: ${content?.reason}`;
});

if (process.argv[2] === 'stdio') serveStdio(server);
else console.log((await serve(server, { port: 0 })).url);
