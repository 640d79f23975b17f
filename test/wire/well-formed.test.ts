/** Halves of characters, as `slice` makes them, go out in no message: strict readers refuse it. */
import { expect, it } from 'vitest';
import { type McpServer, ResourceTemplate, RpcError } from 'mcp-rondo';
import { ALL_WIRES, overWires } from '../support/each-wire.ts';
import { call, request, textOf } from '../support/messages.ts';

const HALF = 'tool 🛠️'.slice(0, 6);
const WHOLE = 'tool �';

function halves(server: McpServer): void {
  server.registerTool('x', { description: HALF }, () => HALF);
  server.registerTool('fails', {}, () => {
    throw new RpcError(7, HALF, { why: HALF });
  });
  server.registerTool('asks', {}, async (ctx) => String(await ctx.confirm('sure', HALF)));
  server.registerPrompt('p', {}, () => HALF);
  server.registerResource('r', 'a://b', {}, () => HALF);
  const template = new ResourceTemplate('file:///docs/café/{name}', { list: undefined });
  server.registerResource('docs', template, {}, (_uri, { name }) => String(name));
  server.registerResource('menu', 'file:///café', {}, () => 'menu');
}

overWires('a server', ALL_WIRES, ({ open }) => {
  it('sends whole characters in results, questions, lists and errors', async () => {
    const { send } = await open(halves);
    const results = await Promise.all(
      [
        call('x'),
        call('fails'),
        call('asks'),
        request('tools/list'),
        request('prompts/get', { name: 'p' }),
        request('resources/read', { uri: 'a://b' }),
      ].map(async (message) => (await send(message)).response),
    );
    expect(textOf(results[0]!)).toBe(WHOLE);
    expect(results[1]!.error).toMatchObject({ message: WHOLE, data: { why: WHOLE } });
    for (const response of results) expect(JSON.stringify(response)).not.toContain(String.raw`\ud`);
  });

  it('S2 goes on with a flow whose arguments have halves, and numbers beyond all numbers', async () => {
    let runs = 0;
    const { send } = await open((server) => {
      server.registerTool('x', {}, async (ctx) => {
        runs++;
        return String(await ctx.confirm('sure', 'Sure?'));
      });
    });
    const args = { a: '\ud800', n: 7 };
    const first = await send(call('x', args));
    expect(first.response.result).toMatchObject({ resultType: 'input_required' });
    expect(runs).toBe(1);
  });

  it('RE-1 finds what it lists, however the client spells the URI', async () => {
    const { send } = await open(halves);
    for (const uri of ['file:///docs/caf%C3%A9/a.txt', 'file:///docs/caf%c3%a9/a.txt']) {
      const { response } = await send(request('resources/read', { uri }));
      expect(response.result).toMatchObject({ contents: [{ uri, text: 'a.txt' }] });
    }
    const { response } = await send(request('resources/read', { uri: 'file:///caf%C3%A9' }));
    expect(response.result).toMatchObject({ contents: [{ text: 'menu' }] });
  });
});
