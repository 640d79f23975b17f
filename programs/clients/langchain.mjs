/** Argument: a URL. Its own client cannot be asked; one that it is given can. */
import { MultiServerMCPClient, loadMcpTools } from '@langchain/mcp-adapters';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const url = process.argv[2];
const own = new MultiServerMCPClient({ mcpServers: { s: { transport: 'http', url } } });
const tools = await own.getTools();
const { structuredContent } = await tools.find(({ name }) => name === 'add').invoke({ a: 1, b: 2 });
await own.close();

const given = new Client(
  { name: 'given', version: '1.0.0' },
  { capabilities: { elicitation: {} } },
);
given.setRequestHandler(ElicitRequestSchema, () => ({
  action: 'accept',
  content: { reason: 'because' },
}));
await given.connect(new StreamableHTTPClientTransport(new URL(url)));
const loaded = await loadMcpTools('s', given);
const answered = await loaded.find(({ name }) => name === 'ask').invoke({});
await given.close();

console.log(tools.map(({ name }) => name).join());
console.log(JSON.stringify(structuredContent));
console.log(answered);
