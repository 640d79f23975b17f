/** The official server, with something of everything. */
import { randomBytes } from 'node:crypto';
import { McpServer, createRequestStateCodec } from '@modelcontextprotocol/server';
import { type FlowState, registerFlows, registerQuestions, text } from './asking.ts';
import { registerPlainTools, registerPrompts, registerResources } from './offers.ts';

/** Tells those who listen. Over HTTP an instance serves one request, so it is not its to tell. */
export interface Announcer {
  toolsChanged(): unknown;
  promptsChanged(): unknown;
  resourcesChanged(): unknown;
  resourceUpdated(uri: string): unknown;
}

/** @param announcer what tells those who listen; by default the instance itself, as over stdio */
export function officialServers(announcer?: () => Announcer): () => McpServer {
  const codec = createRequestStateCodec<FlowState>({ key: randomBytes(32), ttlSeconds: 600 });
  const calls = { aborted: 0 };
  return () => {
    const server = new McpServer(
      { name: 'official-server', version: '1.0.0' },
      {
        capabilities: { logging: {}, resources: { subscribe: true } },
        instructions: 'Ask politely.',
        requestState: { verify: codec.verify },
        cacheHints: { 'tools/list': { ttlMs: 3_600_000, cacheScope: 'private' } },
      },
    );
    registerQuestions(server);
    registerFlows(server, codec);
    registerPlainTools(server);
    registerPrompts(server);
    registerResources(server);
    registerTelling(server);
    registerWaiting(server, calls);
    registerAnnouncing(server, announcer ?? (() => itself(server)));
    return server;
  };
}

function registerTelling(server: McpServer): void {
  server.registerTool('count', {}, async (ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    for (let progress = 1; progress <= 3 && progressToken !== undefined; progress++) {
      const params = { progressToken, progress, total: 3, message: `Step ${progress}` };
      await ctx.mcpReq.notify({ method: 'notifications/progress', params });
    }
    return text('Counted.');
  });
  server.registerTool('log', {}, async (ctx) => {
    for (const level of ['debug', 'info', 'warning', 'error'] as const) {
      await ctx.mcpReq.log(level, { level });
    }
    return text('Logged.');
  });
}

/** A call that only its caller can end, and a look at what became of it. */
function registerWaiting(server: McpServer, calls: { aborted: number }): void {
  server.registerTool('wait', {}, async (ctx) => {
    const { signal, _meta } = ctx.mcpReq;
    signal.addEventListener('abort', () => calls.aborted++);
    const params = { progressToken: _meta!.progressToken!, progress: 1 };
    await ctx.mcpReq.notify({ method: 'notifications/progress', params });
    return new Promise<never>(() => {});
  });
  server.registerTool('aborted', {}, () => text(String(calls.aborted)));
}

function registerAnnouncing(server: McpServer, announcer: () => Announcer): void {
  server.registerTool('announce', {}, async () => {
    const to = announcer();
    await to.toolsChanged();
    await to.promptsChanged();
    await to.resourcesChanged();
    await to.resourceUpdated('config://app');
    await to.resourceUpdated('kept://long');
    return text('Announced.');
  });
}

function itself(server: McpServer): Announcer {
  return {
    toolsChanged: () => server.sendToolListChanged(),
    promptsChanged: () => server.sendPromptListChanged(),
    resourcesChanged: () => server.sendResourceListChanged(),
    resourceUpdated: (uri) => server.server.sendResourceUpdated({ uri }),
  };
}
