/**
 * tmcp, written as its documentation says. It has no adapter to `node:http`, so it gets the one that
 * the official SDK is served through: the two differ by nothing in front of them.
 */
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { ZodJsonSchemaAdapter } from '@tmcp/adapter-zod';
import { HttpTransport } from '@tmcp/transport-http';
import { McpServer } from 'tmcp';
import { tool } from 'tmcp/utils';
import * as flow from './flow.mjs';
import { listen } from './ready.mjs';

const server = new McpServer(flow.SERVER_INFO, {
  adapter: new ZodJsonSchemaAdapter(),
  capabilities: { tools: {} },
});

async function interview({ name }) {
  const reasons = [];
  for (let number = 0; number < flow.QUESTIONS; number++) {
    const message = flow.question(name, number);
    const answer = await server.elicitation(message, flow.Answer, { key: flow.key(number) });
    if (answer.action !== 'accept') return tool.text(`${name} did not say.`);
    reasons.push(answer.content.reason);
  }
  return tool.text(flow.summary(name, reasons));
}

if (flow.QUESTIONS === 0) {
  const definition = { name: 'greet', description: flow.GREET, schema: flow.Arguments };
  server.tool(definition, async ({ name }) => tool.text(flow.greeting(name)));
} else {
  const definition = { name: 'interview', description: flow.INTERVIEW, schema: flow.Arguments };
  server.tool({ ...definition, replayable: true }, interview);
}

const transport = new HttpTransport(server, { path: '/mcp', allowedOrigins: [] });
const notFound = () => new Response(null, { status: 404 });

const handle = toNodeHandler({
  fetch: async (request) => (await transport.respond(request)) ?? notFound(),
});

listen(createServer((request, response) => void handle(request, response)));
