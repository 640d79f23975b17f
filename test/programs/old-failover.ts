/**
 * One instance of a server whose calls ask twice; steps are written to a file that all instances
 * share, so that they can be counted.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { McpServer } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import * as z from 'zod';

const file = process.argv[2]!;
const Input = z.object({ run: z.string() });

const server = new McpServer({ name: 'failover', version: '1.0.0' });

server.registerTool('deploy', { inputSchema: Input }, async ({ run }, ctx) => {
  const effect = (step: string, key: string): number => {
    appendFileSync(file, `${run} ${step} ${key} ${process.pid}\n`);
    if (run === 'dies-once' && step === 'release' && isFirst(`${run} ${step} `)) {
      process.kill(process.pid, 'SIGKILL');
    }
    return 412;
  };
  const plan = await ctx.step('plan', ({ idempotencyKey }) => effect('plan', idempotencyKey));
  const go = await ctx.confirm('go', `Deploy ${plan}?`);
  await ctx.step('release', ({ idempotencyKey }) => effect('release', idempotencyKey));
  const announce = await ctx.confirm('announce', 'Announce it?');
  return `${plan} ${go} ${announce}`;
});

/** Whether one line begins so. */
function isFirst(beginning: string): boolean {
  return readFileSync(file, 'utf8').split(beginning).length === 2;
}

const serving = await serve(server, { port: 0 });
console.log(serving.url);
