/** A server that verifies tokens. `ISSUER=https://auth.example.com npx tsx examples/protected.ts` */
import { McpServer } from 'mcp-rondo';
import { bearer, jwt } from 'mcp-rondo/auth';
import { serve } from 'mcp-rondo/node';

const authenticate = bearer({
  resource: process.env['RESOURCE'] ?? 'http://127.0.0.1:3000/mcp',
  issuer: process.env['ISSUER'] ?? 'http://127.0.0.1:9000',
  verify: jwt(), // by the keys that the issuer publishes
  scopes: ['files:read'],
  implies: { 'files:write': ['files:read'] },
});

const server = new McpServer({ name: 'files', version: '1.0.0' }, { http: { authenticate } });

server.registerTool(
  'whoami',
  { description: 'Who is calling' },
  (ctx) => `You are ${ctx.principal?.subject}.`,
);

server.registerTool(
  'empty',
  { description: 'Empty the bin', scopes: ['files:write'] },
  async (ctx) => ((await ctx.confirm('sure', 'Empty it?')) ? 'It is empty.' : 'Nothing deleted.'),
);

const { url } = await serve(server, { port: Number(process.env['PORT'] ?? 3000) });
console.log(`Serving at ${url}`);
