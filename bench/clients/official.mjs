/** The official client, set up and written as its documentation says. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { drive } from './drive.mjs';
import { ARGUMENTS, CLIENT_INFO, EXPECTED, answerTo } from './user.mjs';

const [, , , url = 'http://localhost/mcp'] = process.argv;
const options = {};
if (process.argv[3] === undefined) {
  // Without a network: the official server's web handler, called as a platform would call it.
  const { handler } = await import('../servers/official-server.mjs');
  options.fetch = (to, init) => handler.fetch(new Request(to, init));
}

const client = new Client(CLIENT_INFO, {
  capabilities: { elicitation: { form: {} } },
  versionNegotiation: { mode: { pin: '2026-07-28' } },
});
client.setRequestHandler('elicitation/create', ({ params }) => ({
  action: 'accept',
  content: answerTo(params.message),
}));
await client.connect(new StreamableHTTPClientTransport(new URL(url), options));

await drive(async () => {
  const { content } = await client.callTool({ name: 'interview', arguments: ARGUMENTS });
  return content[0].text;
}, EXPECTED);
