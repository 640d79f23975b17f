/** The conformance fixtures, and what tests against other implementations need beside them. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { fixtureServer } from '../../../conformance/fixtures/index.ts';
import {
  type Context,
  type Logger,
  type McpServer,
  type RequestHead,
  ResourceTemplate,
  type ServerOptions,
  accepted,
} from 'mcp-rondo';

const WORD = {
  type: 'object',
  properties: { word: { type: 'string' } },
  required: ['word'],
} as const;
const NUMBERS = z.object({ a: z.number(), b: z.number() });
const SUM = z.object({ sum: z.number() });
const TOPIC = {
  type: 'object',
  properties: { topic: { type: 'string' } },
  required: ['topic'],
} as const;

/** One field of every kind a form may have (EL-4, EL-5). */
export const EVERY_FIELD = {
  type: 'object',
  properties: {
    name: { type: 'string', title: 'Name', minLength: 2, maxLength: 20 },
    email: { type: 'string', format: 'email' },
    page: { type: 'string', format: 'uri' },
    day: { type: 'string', format: 'date' },
    moment: { type: 'string', format: 'date-time' },
    share: { type: 'number', minimum: 0, maximum: 1 },
    guests: { type: 'integer', minimum: 1, maximum: 9, default: 2 },
    smoking: { type: 'boolean', default: false },
    size: { type: 'string', enum: ['s', 'm'] },
    area: {
      type: 'string',
      oneOf: [
        { const: 'in', title: 'Indoors' },
        { const: 'out', title: 'Terrace' },
      ],
    },
    days: { type: 'array', items: { type: 'string', enum: ['sat', 'sun'] }, minItems: 1 },
    extras: {
      type: 'array',
      items: {
        anyOf: [
          { const: 'cake', title: 'A cake' },
          { const: 'band', title: 'A band' },
        ],
      },
      maxItems: 2,
    },
    legacy: { type: 'string', enum: ['x', 'y'], enumNames: ['Ex', 'Why'] },
  },
  required: ['name', 'email', 'area'],
} as const;

/** Errors are worth seeing in a test run; refused states and the like are what tests provoke. */
const errorsOnly: Logger = {
  debug() {},
  info() {},
  warn() {},
  error: (message) => console.error(message),
};

export function interopServer(options: ServerOptions = {}): McpServer {
  const server = fixtureServer({ logger: errorsOnly, ...options });
  registerAskingTools(server);
  registerFlowTools(server);
  registerPlainTools(server);
  registerCancelledTools(server);
  registerStreamTools(server);
  registerOthers(server);
  return server;
}

/** Questions of kinds that the fixtures do not ask. */
function registerAskingTools(server: McpServer): void {
  server.registerTool('interop_every_field', {}, async (ctx) => {
    const booking = await ctx.elicit('booking', {
      message: 'What is it to be?',
      schema: EVERY_FIELD,
    });
    return JSON.stringify(booking);
  });
  server.registerTool('interop_word', { inputSchema: WORD }, async ({ word }, ctx) => {
    const message = `What goes with '${word}'?`;
    const other = accepted(await ctx.elicit('other', { message, schema: WORD }));
    return `${word} and ${other.word}`;
  });
  server.registerTool('interop_model_with_tools', {}, async (ctx) => {
    const { content } = await ctx.sample('forecast', {
      messages: [{ role: 'user', content: { type: 'text', text: 'Will it rain?' } }],
      maxTokens: 50,
      tools: [{ name: 'weather', inputSchema: { type: 'object' } }],
      toolChoice: { mode: 'required' },
    });
    return JSON.stringify(content);
  });
  server.registerTool('interop_version_header', {}, async (ctx) => {
    const before = versionHeader(ctx);
    await ctx.confirm('go', 'Go on?');
    return `${before}, ${versionHeader(ctx)}`;
  });
}

/** What the transport's request says; nothing over stdio. */
function versionHeader(ctx: Context): string {
  const request = ctx.request as RequestHead | undefined;
  return request?.headers.get('mcp-protocol-version') ?? 'none';
}

/** Flows of several rounds. */
function registerFlowTools(server: McpServer): void {
  server.registerTool('interop_ticket', {}, async (ctx) => {
    const ticket = await ctx.step('draw', () => randomUUID());
    const takes = await ctx.confirm('take', `Take ${ticket}?`);
    const really = await ctx.confirm('really', `Really take ${ticket}?`);
    return `${ticket}: ${takes}, ${really}`;
  });
  server.registerTool('interop_checkpoint', {}, async (ctx) => {
    await ctx.checkpoint('away');
    return 'Came back.';
  });
}

function registerPlainTools(server: McpServer): void {
  server.registerTool('interop_sum', { inputSchema: NUMBERS, outputSchema: SUM }, ({ a, b }) => ({
    sum: a + b,
  }));
  server.registerTool(
    'interop_count',
    { inputSchema: WORD, outputSchema: z.number() },
    ({ word }) => String(word).length,
  );
  server.registerTool('interop_levels', {}, (ctx) => {
    for (const level of ['debug', 'info', 'warning', 'error'] as const) ctx.log(level, level);
    return 'Logged.';
  });
}

/** A call that only its caller can end, and a look at what became of it. */
function registerCancelledTools(server: McpServer): void {
  let cancelled = 0;
  server.registerTool('interop_wait', {}, async (ctx) => {
    ctx.signal.addEventListener('abort', () => cancelled++);
    ctx.progress(1);
    await new Promise<void>(() => {});
  });
  server.registerTool('interop_cancelled', {}, () => String(cancelled));
}

/** What is told to those who listen. */
function registerStreamTools(server: McpServer): void {
  let resources = 0;
  server.registerTool('interop_touch', {}, () => {
    server.sendResourceUpdated({ uri: 'test://static-text' });
    server.sendResourceUpdated({ uri: 'test://watched-resource' });
  });
  server.registerTool('interop_change_resources', {}, () => {
    const uri = `interop://dynamic/${++resources}`;
    server.registerResource(uri, uri, {}, () => uri).remove();
  });
  server.registerTool('interop_end_streams', {}, () => server.close());
}

function registerOthers(server: McpServer): void {
  server.registerPrompt('interop_prompt', { argsSchema: TOPIC }, async ({ topic }, ctx) => {
    const tone = await ctx.elicit('tone', { message: `Which tone for ${topic}?`, schema: WORD });
    return `${topic}: ${tone.action === 'accept' ? tone.content.word : tone.action}`;
  });
  server.registerResource(
    'note',
    new ResourceTemplate('interop://notes/{id}', { list: undefined }),
    {},
    async (_uri, { id }, ctx) =>
      (await ctx.confirm('open', `Open note ${String(id)}?`)) ? `Note ${String(id)}` : 'Closed.',
  );
  let reads = 0;
  const cacheHint = { ttlMs: 3_600_000 };
  server.registerResource('cached', 'interop://cached', { cacheHint }, () => `Read ${++reads}.`);
}
