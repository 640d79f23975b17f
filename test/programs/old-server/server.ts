/** A server of the official SDK for earlier revisions, which offers and asks what there is. */
import { McpServer, ResourceTemplate } from 'sdk-1.32/server/mcp.js';
import { completable } from 'sdk-1.32/server/completable.js';
import * as z from 'zod';

const text = (value: string): { content: [{ type: 'text'; text: string }] } => ({
  content: [{ type: 'text', text: value }],
});

const WORD = {
  type: 'object' as const,
  properties: { word: { type: 'string' as const } },
  required: ['word'],
};

export function oldServer(): McpServer {
  const server = new McpServer(
    { name: 'old-server', version: '1.0.0' },
    { capabilities: { logging: {} }, instructions: 'Ask politely.' },
  );
  offer(server);
  ask(server);
  return server;
}

function offer(server: McpServer): void {
  server.registerTool(
    'sum',
    {
      title: 'Sum',
      inputSchema: { a: z.number(), b: z.number() },
      outputSchema: { sum: z.number() },
    },
    ({ a, b }) => ({ ...text(String(a + b)), structuredContent: { sum: a + b } }),
  );
  server.registerTool('fails', {}, () => {
    throw new Error('Out of paper');
  });
  server.registerTool('works', {}, async (extra) => {
    const progressToken = extra._meta?.progressToken;
    for (const progress of [1, 2]) {
      if (progressToken === undefined) break;
      const params = { progressToken, progress, total: 2 };
      await extra.sendNotification({ method: 'notifications/progress', params });
    }
    await server.sendLoggingMessage({ level: 'debug', data: 'in detail' }, extra.sessionId);
    const params = { level: 'warning' as const, data: 'careful' };
    await extra.sendNotification({ method: 'notifications/message', params });
    return text('done');
  });
  server.registerTool('more', {}, () => {
    server.registerTool(`tool${Math.random()}`, {}, () => text('new'));
    return text('There is more.');
  });
  server.registerPrompt(
    'review',
    {
      argsSchema: {
        language: completable(z.string(), (typed) =>
          ['rust', 'ruby'].filter((each) => each.startsWith(typed)),
        ),
      },
    },
    ({ language }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: `Review this ${language}.` } }],
    }),
  );
  server.registerResource('config', 'config://app', { mimeType: 'text/plain' }, ({ href }) => ({
    contents: [{ uri: href, text: 'level=info' }],
  }));
  server.registerResource(
    'note',
    new ResourceTemplate('note://{id}', { list: undefined }),
    {},
    (uri, { id }) => ({
      contents: [{ uri: uri.href, text: `Note ${String(id)}` }],
    }),
  );
}

function ask(server: McpServer): void {
  const { server: inner } = server;
  server.registerTool('ask', {}, async (extra) => {
    const params = { message: 'Which word?', requestedSchema: WORD };
    const answer = await inner.elicitInput(params, { relatedRequestId: extra.requestId });
    return text(JSON.stringify(answer));
  });
  server.registerTool('ask_apart', {}, async () => {
    const answer = await inner.elicitInput({ message: 'Which word?', requestedSchema: WORD });
    return text(JSON.stringify(answer));
  });
  server.registerTool('ask_all', {}, async (extra) => {
    const options = { relatedRequestId: extra.requestId };
    const content = { type: 'text' as const, text: 'Will it rain?' };
    const answers = await Promise.all([
      inner.elicitInput({ message: 'Which word?', requestedSchema: WORD }, options),
      inner.createMessage({ messages: [{ role: 'user', content }], maxTokens: 10 }, options),
      inner.listRoots(undefined, options),
    ]);
    return text(JSON.stringify(answers));
  });
  server.registerTool('ask_url', {}, async (extra) => {
    const url = 'https://example.com/sign-in';
    const params = { mode: 'url' as const, message: 'Sign in', url, elicitationId: 'e1' };
    const answer = await inner.elicitInput(params, { relatedRequestId: extra.requestId });
    return text(answer.action);
  });
  server.registerTool('three_words', {}, async (extra) => {
    const words: unknown[] = [];
    while (words.length < 3) {
      const message = `Word ${words.length + 1}?`;
      const params = { message, requestedSchema: WORD };
      const answer = await inner.elicitInput(params, { relatedRequestId: extra.requestId });
      words.push(answer.content?.['word']);
    }
    return text(words.join(' '));
  });
  server.registerTool('wait', {}, async (extra) => {
    await new Promise<void>((resolve) => extra.signal.addEventListener('abort', () => resolve()));
    return text('cancelled');
  });
}
