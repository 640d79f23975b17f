/**
 * The official client of 2025-11-25, for programs that stand between a client and a server. Arguments: a URL,
 * or a command with its arguments.
 */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const [target, ...args] = process.argv.slice(2);
const client = new Client(
  { name: 'official', version: '1.0.0' },
  { capabilities: { elicitation: {} } },
);
client.setRequestHandler(ElicitRequestSchema, () => ({
  action: 'accept',
  content: { reason: 'because' },
}));
await client.connect(
  target.startsWith('http:')
    ? new StreamableHTTPClientTransport(new URL(target))
    : new StdioClientTransport({ command: target, args, stderr: 'ignore' }),
);
const { tools } = await client.listTools();
const { structuredContent } = await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } });
const { content } = await client.callTool({ name: 'ask', arguments: {} });
console.log(tools.map(({ name }) => name).join());
console.log(JSON.stringify(structuredContent));
console.log(content[0].text);
await client.close();
