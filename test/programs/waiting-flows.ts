/** Prints how much heap 100,000 flows take that wait for answers at once, in bytes: 'count growth'. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { McpServer } from 'mcp-rondo';
import { InFlight } from '../../src/protocol/in-flight.ts';
import type { JsonRpcRequest } from '../../src/protocol/types/jsonrpc.ts';

const COUNT = 100_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const server = new McpServer({ name: 's', version: '1' }, { state: { keys: ['A'.repeat(43)] } });
server.registerTool('ask', {}, async (ctx) => {
  const build = await ctx.step('build', () => 412);
  return String(await ctx.confirm('go', `Deploy ${build}?`));
});

const request: JsonRpcRequest = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: {
    name: 'ask',
    arguments: {},
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
    },
  },
};

/** Asks `count` times, and drops the states. Returns how many questions came. */
async function ask(count: number): Promise<number> {
  let asked = 0;
  for (let i = 0; i < count; i++) {
    const exchange = { streams: false, notify: () => undefined, inFlight: new InFlight() };
    const { body } = await server.dispatch(request, exchange);
    if (body.includes('"requestState"')) asked++;
  }
  return asked;
}

async function heap(): Promise<number> {
  // What is freed by finalizers and timers is freed.
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

// What is made at the first use.
await ask(2_000);
const before = await heap();
const count = await ask(COUNT);
console.log(`${count} ${(await heap()) - before}`);
process.exit();
