/** Argument: a URL. */
import { MCPClientManager } from '@mcpjam/sdk';

const url = process.argv[2];
const manager = new MCPClientManager({ s: { url, capabilities: { elicitation: {} } } });
manager.setElicitationHandler('s', async () => ({
  action: 'accept',
  content: { reason: 'because' },
}));
const { tools } = await manager.listTools('s');
const { structuredContent } = await manager.executeTool('s', 'add', { a: 1, b: 2 });
const { content } = await manager.executeTool('s', 'ask', {});
console.log(tools.map(({ name }) => name).join());
console.log(JSON.stringify(structuredContent));
console.log(content[0].text);
await manager.disconnectAllServers();
