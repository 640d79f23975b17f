/** The server that every host serves. What a test has to see of it, it can ask it for. */
import { McpServer } from 'mcp-rondo';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Set by one request, looked at by another: all requests reach the same process here. */
const seen = { released: false, aborted: false };

/** @param options options of `McpServer`, such as state keys where there is no environment */
export function createServer(options = {}) {
  const server = new McpServer({ name: 'probe', version: '1.0.0' }, options);

  server.registerTool('echo', { inputSchema: { type: 'object' } }, (args) => JSON.stringify(args));

  server.registerTool('flow', {}, async (ctx) => {
    const plan = await ctx.step('plan', () => ({
      id: crypto.randomUUID(),
      when: new Date(5),
      parts: new Map([['a', new Set([1n])]]),
      bytes: new Uint8Array([1, 2]),
    }));
    const first = await ctx.confirm('first', `Plan ${plan.id}?`);
    await ctx.checkpoint('between');
    const second = await ctx.confirm('second', `Really ${plan.id}?`);
    const isRich =
      plan.when instanceof Date &&
      plan.parts.get('a').has(1n) &&
      plan.bytes instanceof Uint8Array &&
      plan.bytes[1] === 2;
    return JSON.stringify({ id: plan.id, isRich, first, second });
  });

  server.registerTool('journey', {}, async (ctx) => {
    const visited = [];
    for (const leg of [1, 2, 3, 4]) {
      visited.push(await ctx.step(`leg-${leg}`, () => ({ runtime: runtime(), at: new Date(leg) })));
      await ctx.confirm(`on-${leg}`, 'On?');
    }
    visited.push({ runtime: runtime(), at: new Date(5) });
    return visited.map(({ at, runtime: name }) => `${at.getTime()} ${name}`).join(', ');
  });

  server.registerTool('wait', {}, async (ctx) => {
    seen.released = false;
    ctx.progress(1);
    while (!seen.released && !ctx.signal.aborted) await wait(10);
    ctx.progress(2);
    return 'released';
  });
  server.registerTool('release', {}, () => {
    seen.released = true;
    return 'done';
  });

  server.registerTool('nested', {}, async (ctx) =>
    ctx.step('outer', async () => {
      await wait(1);
      return String(await ctx.confirm('inner', 'Inside?'));
    }),
  );

  server.registerTool('hang', {}, async (ctx) => {
    seen.aborted = false;
    ctx.progress(1);
    await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
    seen.aborted = true;
    return 'aborted';
  });
  server.registerTool('has-aborted', {}, () => String(seen.aborted));

  let added = 0;
  server.registerTool('change', {}, () => {
    server.registerTool(`added-${++added}`, {}, () => 'x');
    return 'done';
  });
  return server;
}

function runtime() {
  if (globalThis.Bun !== undefined) return 'Bun';
  if (globalThis.Deno !== undefined) return 'Deno';
  return globalThis.navigator?.userAgent === 'Cloudflare-Workers' ? 'Workers' : 'Node';
}
