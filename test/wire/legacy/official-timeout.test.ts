/** The official client of an earlier revision, whose user thinks longer than it waits for a reply. */
import { Client } from 'sdk-1.32/client/index.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { ElicitRequestSchema } from 'sdk-1.32/types.js';
import { afterEach, expect, it, vi } from 'vitest';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { McpServer } from '../../../src/server/server.ts';
import { until } from '../../support/until.ts';

/** How long the client waits, in ms: longer than the 15 s between signs of life. */
const TIMEOUT = 20_000;

let serving: Serving;
let client: Client;

afterEach(async () => {
  vi.useRealTimers();
  await client.close();
  await serving.close();
});

/** A client that is asked, and hears five signs of life before it answers. */
async function connect(heard: () => number): Promise<void> {
  const server = new McpServer({ name: 's', version: '1' }, { state: { keys: ['A'.repeat(43)] } });
  server.registerTool('deploy', {}, async (ctx) => String(await ctx.confirm('go', 'Go?')));
  serving = await serve(server, { port: 0, signals: false });
  client = new Client({ name: 'c', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    for (let i = 1; i <= 5; i++) {
      vi.advanceTimersByTime(15_001);
      await until(() => heard() === i);
    }
    const [field] = Object.keys(
      (params as { requestedSchema: { properties: object } }).requestedSchema.properties,
    );
    return { action: 'accept', content: { [field!]: true } };
  });
  await client.connect(new StreamableHTTPClientTransport(new URL(serving.url)) as never);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
}

it('L10 a client that counts its time from the last progress waits for as long as its user thinks', async () => {
  let heard = 0;
  await connect(() => heard);
  const { content } = await client.callTool({ name: 'deploy', arguments: {} }, undefined, {
    timeout: TIMEOUT,
    resetTimeoutOnProgress: true,
    onprogress: () => heard++,
  });
  expect(content).toEqual([{ type: 'text', text: 'true' }]);
  expect(heard).toBe(5);
});

it('L10 L12 a client that does not gives up, and its next call is served', async () => {
  let heard = 0;
  await connect(() => heard);
  const call = client.callTool({ name: 'deploy', arguments: {} }, undefined, {
    timeout: TIMEOUT,
    onprogress: () => heard++,
  });
  await expect(call).rejects.toThrow(/timed out/i);
  vi.useRealTimers();
  expect((await client.listTools()).tools).toHaveLength(1);
});
