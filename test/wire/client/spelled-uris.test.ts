import { expect, it } from 'vitest';
import { McpServer } from 'mcp-rondo';
import { Client } from 'mcp-rondo/client';

it('SU-4 a subscriber hears of a resource however it spells its URI', async () => {
  const server = new McpServer({ name: 's', version: '1' });
  server.registerResource('r', 'file:///café.txt', {}, () => 'x');
  const client = new Client(server, { name: 'c', version: '1' });
  const uri = 'file:///caf%c3%a9.txt';
  const subscription = await client.listen({ resourceSubscriptions: [uri] });
  server.sendResourceUpdated({ uri: 'file:///café.txt' });
  const { value } = await subscription[Symbol.asyncIterator]().next();
  expect(value).toMatchObject({ uri });
  await client.close();
});
