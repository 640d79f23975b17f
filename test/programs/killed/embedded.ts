/** Serves and works tasks in a directory, and writes down in a file each step that it begins. */
import { appendFileSync } from 'node:fs';
import { McpServer } from 'mcp-rondo';
import { embeddedStore } from 'mcp-rondo/embedded';
import { serve } from 'mcp-rondo/node';
import { registerJourney } from './journey.ts';

const [, , directory = '', lease, steps = ''] = process.argv;
const store = await embeddedStore({ directory });
const server = new McpServer(
  { name: 'under-test', version: '1.2.3' },
  { store, tasks: { lease: Number(lease) } },
);
registerJourney(server, async (task, step, key) => {
  appendFileSync(steps, `${JSON.stringify({ task, step, key, pid: process.pid })}\n`);
});
const { url } = await serve(server, { port: 0, signals: false });
console.log(`ready ${url}`);
