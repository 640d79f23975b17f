/** Old programs that do not get on with the discovery. Argument: `exits` or `silent`; then a log file. */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [, , kind, log] = process.argv;

interface Message {
  readonly id?: unknown;
  readonly method?: string;
}

const answer = (id: unknown, result: object): void =>
  console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method } = JSON.parse(line) as Message;
  appendFileSync(log!, `${process.pid} ${method}\n`);
  if (method === 'initialize') {
    const serverInfo = { name: kind, version: '1' };
    answer(id, { protocolVersion: '2024-11-05', capabilities: { tools: {} }, serverInfo });
  } else if (method === 'tools/list') answer(id, { tools: [] });
  else if (method === 'tools/call') answer(id, { content: [{ type: 'text', text: 'called' }] });
  else if (method === 'server/discover' && kind === 'exits') process.exit(1);
  else if (method === 'server/discover' && kind === 'refuses') {
    console.log(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'No' } }));
  }
}
