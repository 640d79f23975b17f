import { Client } from 'mcp-rondo/client';
import { drive } from './drive.mjs';
import { ARGUMENTS, CLIENT_INFO, EXPECTED, answerTo } from './user.mjs';

const [, , , url] = process.argv;
const target = url ?? (await import('../servers/rondo-server.mjs')).server;

const client = new Client(target, {
  ...CLIENT_INFO,
  onElicit: ({ message }) => ({ action: 'accept', content: answerTo(message) }),
});

await drive(async () => {
  const { content } = await client.callTool('interview', ARGUMENTS);
  return content[0].text;
}, EXPECTED);
