/** The official SDK of before, with a session for each client: its documentation's own set-up. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { McpServer } from 'sdk-1.32/server/mcp.js';
import { StreamableHTTPServerTransport } from 'sdk-1.32/server/streamableHttp.js';
import * as flow from './flow.mjs';
import { listen } from './ready.mjs';

const sessions = new Map();

function buildServer() {
  const server = new McpServer(flow.SERVER_INFO);
  if (flow.QUESTIONS === 0) {
    const config = { description: flow.GREET, inputSchema: flow.Arguments.shape };
    server.registerTool('greet', config, async ({ name }) => text(flow.greeting(name)));
  } else {
    const config = { description: flow.INTERVIEW, inputSchema: flow.Arguments.shape };
    server.registerTool('interview', config, async ({ name }, extra) => {
      const reasons = [];
      for (let number = 0; number < flow.QUESTIONS; number++) {
        const message = flow.question(name, number);
        const params = { message, requestedSchema: REASON };
        const options = { relatedRequestId: extra.requestId };
        const answer = await server.server.elicitInput(params, options);
        if (answer.action !== 'accept') return text(`${name} did not say.`);
        reasons.push(answer.content.reason);
      }
      return text(flow.summary(name, reasons));
    });
  }
  return server;
}

const REASON = {
  type: 'object',
  properties: { reason: { type: 'string', minLength: 3 } },
  required: ['reason'],
};

function text(value) {
  return { content: [{ type: 'text', text: value }] };
}

async function transportFor(id) {
  const known = sessions.get(id);
  if (known !== undefined) return known;
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: (session) => sessions.set(session, transport),
  });
  await buildServer().connect(transport);
  return transport;
}

listen(
  createServer(async (request, response) => {
    const transport = await transportFor(request.headers['mcp-session-id']);
    await transport.handleRequest(request, response);
  }),
);
