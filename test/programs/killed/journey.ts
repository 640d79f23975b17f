/** Tools whose worker is killed while they run. */
import type { McpServer } from 'mcp-rondo';
import * as z from 'zod';

/** Writes down that a step has begun. */
export type Note = (task: number, step: number, key: string) => Promise<void>;

export function registerJourney(server: McpServer, note: Note): void {
  server.registerTool(
    'journey',
    { task: 'always', inputSchema: z.object({ task: z.number(), longest: z.number() }) },
    async ({ task, longest }, ctx) => {
      const work = (step: number): Promise<number> =>
        ctx.step(`step ${step}`, async ({ idempotencyKey }) => {
          await note(task, step, idempotencyKey);
          const ms = 50 + Math.random() * (longest - 50);
          await new Promise((resolve) => setTimeout(resolve, ms));
          return step * task;
        });
      const began = [await work(1), await work(2), await ctx.confirm('one', 'Go on?')];
      const more = [await work(3), await work(4), await ctx.confirm('two', 'To the end?')];
      return [...began, ...more, await work(5)].join(' ');
    },
  );
  server.registerTool('poison', { task: 'always' }, (ctx) =>
    ctx.step('end', () => {
      process.kill(process.pid, 'SIGKILL');
      return new Promise<string>(() => undefined);
    }),
  );
}
