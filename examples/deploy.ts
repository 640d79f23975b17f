/** The example of the README: a tool that asks before it acts. `npx tsx examples/deploy.ts` */
import { McpServer } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import * as z from 'zod';

const server = new McpServer({ name: 'releases', version: '1.0.0' });
const Target = z.object({ env: z.enum(['staging', 'prod']) });
const Reason = z.object({ reason: z.string().min(3) });

server.registerTool(
  'deploy',
  { description: 'Deploy a release', inputSchema: Target },
  async ({ env }, ctx) => {
    const plan = await ctx.step('plan', () => ({ build: `build 412 for ${env}` })); // once per flow
    const go = await ctx.elicit('go', {
      message: `Deploy ${plan.build} to ${env}?`,
      schema: Reason,
    });
    if (go.action !== 'accept') return `Nothing deployed (${go.action}).`;

    await ctx.step('release', ({ idempotencyKey }) => {
      const why = `because "${go.content.reason}", once per key ${idempotencyKey}`;
      console.error(`releasing ${plan.build} ${why}`); // here you would call what deploys
    });
    return `Deployed ${plan.build} to ${env}.`;
  },
);

const { url } = await serve(server, { port: Number(process.env['PORT'] ?? 3000) });
console.log(`Serving at ${url}`);
