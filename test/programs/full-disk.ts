/** Serves and works tasks in a directory that has little space. */
import { McpServer } from 'mcp-rondo';
import { embeddedStore } from 'mcp-rondo/embedded';
import { serve } from 'mcp-rondo/node';
import * as z from 'zod';

const [, , directory = ''] = process.argv;
const store = await embeddedStore({ directory });
const server = new McpServer(
  { name: 'under-test', version: '1.2.3' },
  { store, tasks: { lease: 3_000 } },
);
const options = { task: 'always', inputSchema: z.object({ text: z.string() }) } as const;
server.registerTool('measure', options, ({ text }, ctx) =>
  ctx.step('measure', () => `${text.length}`),
);
const { url } = await serve(server, { port: 0, signals: false });
console.log(`ready ${url}`);
