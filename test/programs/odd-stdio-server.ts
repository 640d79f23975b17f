/** A stdio server with bad manners, by its first argument; each is what a test is about. */
import { McpServer } from 'mcp-rondo';
import { serveStdio } from 'mcp-rondo/stdio';

const server = new McpServer({ name: 'odd', version: '1' });
server.registerTool('pid', {}, async () => String(process.pid));
server.registerTool('env', {}, async () => JSON.stringify(Object.keys(process.env)));
server.registerTool('crash', {}, async () => process.exit(3));
server.registerTool('complain', {}, async () => {
  process.stderr.write('first line\nsecond line\n');
  return 'complained';
});
server.registerTool('babble', {}, async () => {
  process.stdout.write('Starting up!\n');
  return 'done';
});
server.registerTool('wait', {}, async (ctx) => {
  ctx.progress(1);
  await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
  process.stderr.write('aborted\n');
  return 'late';
});

for (const name of ['a', 'b']) server.registerResource(name, `odd:${name}`, {}, async () => name);
server.registerTool('touch', {}, async () => {
  for (const name of ['a', 'b']) server.sendResourceUpdated({ uri: `odd:${name}` });
  return 'touched';
});

const manner = process.argv[2];
if (manner === 'dies') process.exit(7);
if (manner === 'stubborn') {
  process.on('SIGTERM', () => process.stderr.write('not yet\n'));
  setInterval(() => {}, 1_000);
  serveStdio(server, { input: process.stdin, output: process.stdout });
} else {
  serveStdio(server);
}
