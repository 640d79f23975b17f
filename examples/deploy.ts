/** The example of the README: a tool that asks before it acts. `npx tsx examples/deploy.ts` */
import { McpServer } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import * as z from 'zod';

const server = new McpServer({ name: 'releases', version: '1.0.0' });
const Reason = z.object({ reason: z.string().min(3) });

server.registerTool(
  'deploy',
  {
    description: 'Deploy a release',
    inputSchema: z.object({ env: z.enum(['staging', 'prod']) }),
  },
  async ({ env }, ctx) => {
    const plan = await ctx.step('plan', () => planRelease(env)); // once per flow
    const go = await ctx.elicit('go', {
      message: `Deploy ${plan.build} to ${env}?`,
      schema: Reason,
    });
    if (go.action !== 'accept') return `Nothing deployed (${go.action}).`;
    await ctx.step('release', ({ idempotencyKey }) =>
      release(plan, go.content.reason, idempotencyKey),
    );
    return `Deployed ${plan.build} to ${env}.`;
  },
);

function planRelease(env: string): { build: string } {
  return { build: `build 412 for ${env}` };
}

async function release(plan: { build: string }, reason: string, key: string): Promise<void> {
  console.error(`releasing ${plan.build} because "${reason}", once per key ${key}`);
}

const serving = await serve(server, { port: Number(process.env['PORT'] ?? 3000) });
console.log(`Serving at ${serving.url}`);
