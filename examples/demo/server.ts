/**
 * A release server. Two of these are started; they share a key and nothing else.
 *
 * `release` is one straight function. It asks in the middle, three times; between its questions it
 * may move to the other process, and it does not notice.
 */
import { McpServer } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import * as z from 'zod';

const server = new McpServer({ name: 'releases', version: '1.0.0' });

const Target = z.object({ env: z.enum(['staging', 'prod']) });

const Go = z.object({
  reason: z.string().min(3).describe('Why this release?'),
  when: z.enum(['now', 'tonight']).default('tonight').describe('When?'),
});

const Notice = z.object({
  channel: z.enum(['mail', 'status page']).describe('Where?'),
});

server.registerTool(
  'release',
  { description: 'Release a build', inputSchema: Target },
  async ({ env }, ctx) => {
    const plan = await ctx.step('plan', () => planRelease(env));

    const go = await ctx.elicit('go', { message: `Release ${plan.build} to ${env}?`, schema: Go });
    if (go.action !== 'accept') return `Nothing released (${go.action}).`;

    const { migrate, notice } = await ctx.all({
      migrate: ctx.confirm('migrate', `Run the ${plan.migrations} database migrations first?`),
      notice: ctx.elicit('notice', { message: 'Tell the customers?', schema: Notice }),
    });

    const sure = await ctx.confirm('sure', `Last call: ${plan.build} goes out ${go.content.when}.`);
    if (!sure) return 'Nothing released.';

    await ctx.step('release', ({ idempotencyKey }) => release(plan.build, idempotencyKey));
    const told = notice.action === 'accept' ? `told by ${notice.content.channel}` : 'not told';
    return (
      `Released ${plan.build} to ${env} ${go.content.when}, because: ${go.content.reason}. ` +
      `Migrations ${migrate ? 'run' : 'left out'}, customers ${told}.`
    );
  },
);

function planRelease(env: string): { build: string; migrations: number } {
  report('plan');
  return { build: `build ${env === 'prod' ? 412 : 413}`, migrations: 3 };
}

function release(_build: string, _idempotencyKey: string): void {
  report('release');
}

/** Tells the demo that a step's work is being done, so that it can count. */
function report(step: string): void {
  process.send?.({ step });
}

const serving = await serve(server, { port: 0 });
process.send?.({ url: serving.url });
