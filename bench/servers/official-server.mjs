/** The official SDK, set up and written as its documentation says. */
import { randomBytes } from 'node:crypto';
import {
  McpServer,
  acceptedContent,
  createMcpHandler,
  createRequestStateCodec,
  inputRequired,
  inputResponse,
} from '@modelcontextprotocol/server';
import * as flow from './flow.mjs';

const codec = createRequestStateCodec({
  key: randomBytes(32),
  ttlSeconds: 3600,
  bind: (ctx) => `${ctx.mcpReq.method}\0${ctx.http?.authInfo?.clientId ?? ''}`,
});

/** Called for each request: an instance serves one. */
function buildServer() {
  const options = { capabilities: { tools: {} }, requestState: { verify: codec.verify } };
  const server = new McpServer(flow.SERVER_INFO, options);
  if (flow.QUESTIONS === 0) {
    const config = { description: flow.GREET, inputSchema: flow.Arguments };
    server.registerTool('greet', config, async ({ name }) => text(flow.greeting(name)));
  } else {
    const config = { description: flow.INTERVIEW, inputSchema: flow.Arguments };
    server.registerTool('interview', config, interview);
  }
  return server;
}

/**
 * The state carries what earlier rounds proved: the argument the questions are about and the answers
 * so far. It is signed, so they are not validated again.
 */
async function interview(args, ctx) {
  const state = ctx.mcpReq.requestState();
  if (state === undefined) return ask(args.name, [], ctx);
  const { name, reasons } = state;
  const pending = flow.key(reasons.length);
  const view = inputResponse(ctx.mcpReq.inputResponses, pending);
  if (view.kind === 'elicit' && view.action !== 'accept') return text(`${name} did not say.`);
  const answer = acceptedContent(ctx.mcpReq.inputResponses, pending, flow.Answer);
  if (answer === undefined) return ask(name, reasons, ctx);
  const known = [...reasons, answer.reason];
  return known.length < flow.QUESTIONS ? ask(name, known, ctx) : text(flow.summary(name, known));
}

async function ask(name, reasons, ctx) {
  const number = reasons.length;
  const message = flow.question(name, number);
  return inputRequired({
    inputRequests: {
      [flow.key(number)]: inputRequired.elicit({ message, requestedSchema: flow.Answer }),
    },
    requestState: await codec.mint({ name, reasons }, ctx),
  });
}

function text(value) {
  return { content: [{ type: 'text', text: value }] };
}

export const handler = createMcpHandler(buildServer);
