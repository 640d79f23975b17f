/** One instance of a server that asks older clients, with a relay over PostgreSQL. */
import { McpServer } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import { postgresRelay, postgresStore } from 'mcp-rondo/postgres';

const store = await postgresStore({ connectionString: process.argv[2]! });
const server = new McpServer(
  { name: 'relayed', version: '1.0.0' },
  { store, relay: postgresRelay(store) },
);
server.registerTool('asks', {}, async (ctx) => {
  const schema = { type: 'object', properties: { text: { type: 'string' } } } as const;
  const answer = await ctx.elicit('text', { message: 'Which text?', schema });
  if (answer.action !== 'accept') return answer.action;
  return `${String(answer.content['text']).length} characters at ${process.pid}`;
});
const { url } = await serve(server, { port: 0 });
console.log(url);
