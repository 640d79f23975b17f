import { McpServer, generateKey } from 'mcp-rondo';
import * as flow from './flow.mjs';

export const server = new McpServer(flow.SERVER_INFO, { state: { keys: [generateKey()] } });

async function interview({ name }, ctx) {
  const reasons = [];
  for (let number = 0; number < flow.QUESTIONS; number++) {
    const message = flow.question(name, number);
    const answer = await ctx.elicit(flow.key(number), { message, schema: flow.Answer });
    if (answer.action !== 'accept') return `${name} did not say.`;
    reasons.push(answer.content.reason);
  }
  return flow.summary(name, reasons);
}

if (flow.QUESTIONS === 0) {
  const config = { description: flow.GREET, inputSchema: flow.Arguments };
  server.registerTool('greet', config, ({ name }) => flow.greeting(name));
} else {
  const config = { description: flow.INTERVIEW, inputSchema: flow.Arguments };
  server.registerTool('interview', config, interview);
}
