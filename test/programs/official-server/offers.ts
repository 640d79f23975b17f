/** What else the official server offers: plain tools, prompts, resources. */
import {
  type McpServer,
  ProtocolError,
  ResourceTemplate,
  acceptedContent,
  completable,
  fromJsonSchema,
  inputRequired,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import { text } from './asking.ts';

const WORD = z.object({ word: z.string() });

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

export function registerPlainTools(server: McpServer): void {
  server.registerTool(
    'sum',
    {
      title: 'Sum',
      description: 'Adds two numbers',
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      outputSchema: z.object({ sum: z.number() }),
      annotations: { readOnlyHint: true },
    },
    ({ a, b }) => ({ ...text(String(a + b)), structuredContent: { sum: a + b } }),
  );
  server.registerTool('media', {}, () => ({
    content: [
      { type: 'text', text: 'All of it' },
      { type: 'image', data: PIXEL, mimeType: 'image/png' },
      { type: 'resource_link', uri: 'config://app', name: 'config' },
      { type: 'resource', resource: { uri: 'config://app', text: 'level=info' } },
    ],
  }));
  server.registerTool('fails', {}, () => {
    throw new Error('Out of paper');
  });
  server.registerTool('refuses', {}, () => {
    throw new ProtocolError(-32603, 'Not now', { after: 5 });
  });
  const mirrored = {
    type: 'object' as const,
    properties: {
      region: { type: 'string' as const, 'x-mcp-header': 'Region' },
      size: { type: 'integer' as const, 'x-mcp-header': 'Size' },
      spare: { type: 'string' as const },
    },
  };
  const inputSchema = fromJsonSchema<Record<string, unknown>>(mirrored);
  server.registerTool('mirrored', { inputSchema }, (args) => text(args));
}

export function registerPrompts(server: McpServer): void {
  const languages = ['python', 'rust', 'ruby', 'typescript'];
  const language = completable(z.string(), (value) =>
    languages.filter((each) => each.startsWith(value)),
  );
  server.registerPrompt(
    'review',
    { title: 'Review', description: 'Reviews code', argsSchema: z.object({ language }) },
    ({ language: chosen }) => ({
      description: `A review of ${chosen}`,
      messages: [{ role: 'user', content: { type: 'text', text: `Review this ${chosen}.` } }],
    }),
  );
  server.registerPrompt('asking', {}, (ctx) => {
    const tone = acceptedContent(ctx.mcpReq.inputResponses, 'tone', WORD);
    if (tone === undefined) {
      const ask = inputRequired.elicit({ message: 'Which tone?', requestedSchema: WORD });
      return inputRequired({ inputRequests: { tone: ask } });
    }
    const content = { type: 'text' as const, text: `Be ${tone.word}.` };
    return { messages: [{ role: 'user', content }] };
  });
}

/** Over HTTP every request is served by an instance of its own. */
let reads = 0;

export function registerResources(server: McpServer): void {
  server.registerResource(
    'config',
    'config://app',
    { title: 'Configuration', mimeType: 'text/plain' },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'level=info' }] }),
  );
  server.registerResource('pixel', 'pixel://red', { mimeType: 'image/png' }, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'image/png', blob: PIXEL }],
  }));
  const cacheHint = { ttlMs: 3_600_000, cacheScope: 'private' as const };
  server.registerResource('kept', 'kept://long', { cacheHint }, (uri) => ({
    contents: [{ uri: uri.href, text: `Read ${++reads} times` }],
  }));
  const complete = {
    id: (value: string) => ['a1', 'a2', 'b1'].filter((id) => id.startsWith(value)),
  };
  server.registerResource(
    'note',
    new ResourceTemplate('note://{id}', { list: undefined, complete }),
    { description: 'A note' },
    (uri, { id }, ctx) => {
      const may = acceptedContent(ctx.mcpReq.inputResponses, 'may', z.object({ may: z.boolean() }));
      if (may?.may === true) return { contents: [{ uri: uri.href, text: `Note ${String(id)}` }] };
      const requestedSchema = z.object({ may: z.boolean() });
      const ask = inputRequired.elicit({ message: `May ${String(id)} be read?`, requestedSchema });
      return inputRequired({ inputRequests: { may: ask } });
    },
  );
}
