/** Listeners of the client's that fail: the call goes on, and the client's log has why. */
import { afterEach, expect, test } from 'vitest';
import { McpServer, memoryStore } from 'mcp-rondo';
import { serve, startWorker } from 'mcp-rondo/node';
import { Client } from 'mcp-rondo/client';
import { silent, warningsTo } from '../../support/logger.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function noisyServer(): McpServer {
  const options = { logger: silent, store: memoryStore() };
  const server = new McpServer({ name: 's', version: '1' }, options);
  server.registerTool('later', { task: 'always' }, () => 'done');
  server.registerTool('noisy', {}, async (ctx) => {
    ctx.log('info', 'hello');
    ctx.progress(1, 2);
    return (await ctx.confirm('go', 'Go?')) ? 'yes' : 'no';
  });
  return server;
}

async function targetFor(wire: string): Promise<McpServer | URL> {
  const server = noisyServer();
  closing.push(async () => server.close());
  if (wire === 'in process') {
    const working = startWorker(server);
    closing.push(() => working.close(0));
    return server;
  }
  const served = await serve(server, { port: 0 });
  closing.push(() => served.close());
  return new URL(served.url);
}

const failures = {
  throw: () => {
    throw null;
  },
  reject: () => Promise.reject(null),
};

for (const wire of ['in process', 'HTTP']) {
  for (const [what, fail] of Object.entries(failures)) {
    test(`${wire}: listeners that ${what} do not fail the call, and are logged`, async () => {
      const warnings: string[] = [];
      const client = new Client(await targetFor(wire), {
        name: 'c',
        version: '1',
        logger: warningsTo(warnings),
        onElicit: () => ({ action: 'decline' }),
        onRefused: fail,
      });
      closing.push(() => client.close());

      const result = await client.callTool('noisy', {}, { onProgress: fail, onLog: fail });

      expect(result.content).toEqual([{ type: 'text', text: 'no' }]);
      expect(new Set(warnings)).toEqual(
        new Set(['onLog failed: null', 'onProgress failed: null', 'onRefused failed: null']),
      );
    });

    test(`onTask that ${what === 'throw' ? 'throws' : 'rejects'} does not fail the call over ${wire}, and is logged`, async () => {
      const warnings: string[] = [];
      const options = { name: 'c', version: '1', logger: warningsTo(warnings) };
      const client = new Client(await targetFor(wire), options);
      closing.push(() => client.close());

      const result = await client.callTool('later', {}, { onTask: fail });

      expect(result.content).toEqual([{ type: 'text', text: 'done' }]);
      expect(new Set(warnings)).toEqual(new Set(['onTask failed: null']));
    });
  }
}
