/** A server whose callers each have a secret, which is in everything that it keeps or sends for them. */
import { type Serving, serve } from '../../src/http/node/serve.ts';
import { type Context, McpServer } from '../../src/index.ts';
import { memoryStore } from '../../src/stores/memory-store.ts';
import { silent } from '../support/logger.ts';

/** Only the server knows them: no request has one in it. */
export const SECRETS: Readonly<Record<string, string>> = {
  ada: 'vault-of-a-5d81c0f2',
  bob: 'vault-of-b-93e7a64b',
};

const KEYS = ['A'.repeat(43)];

export function startTarget(): Promise<Serving> {
  const server = new McpServer(
    { name: 'fuzzed', version: '1.0.0' },
    {
      logger: silent,
      state: { keys: KEYS },
      store: memoryStore({ singleProcess: true }),
      limits: { roundTimeout: 500, orderGrace: 50 },
      http: {
        authenticate({ headers }) {
          const subject = headers.get('authorization')?.replace('Bearer ', '') ?? '';
          if (!Object.hasOwn(SECRETS, subject)) return new Response(null, { status: 401 });
          return { issuer: 'https://id.example', subject };
        },
      },
    },
  );
  register(server);
  server.work(2);
  return serve(server, { port: 0, signals: false });
}

function register(server: McpServer): void {
  server.registerTool('vault', {}, secretOf);
  server.registerTool('ask', {}, ask);
  server.registerTool('pay', { replay: 'once' }, ask);
  server.registerTool('work', { task: 'always' }, ask);
  server.registerPrompt('letter', {}, ask);
  server.registerResource('file', 'vault://file', {}, (_uri, ctx) => secretOf(ctx));
}

function secretOf(ctx: Context): string {
  return SECRETS[ctx.principal!.subject]!;
}

async function ask(ctx: Context): Promise<string> {
  const secret = await ctx.step('read', () => secretOf(ctx));
  const sure = await ctx.confirm('sure', `Use ${secret}?`);
  const twice = await ctx.confirm('twice', `Really use ${secret}?`);
  return `${secret} ${sure} ${twice}`;
}
