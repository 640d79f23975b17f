import { H3, serve } from 'h3';
import { createServer } from '../probe-server.mjs';

const server = createServer();
const app = new H3();
app.all('/mcp', (event) => server.fetch(event.req));
const listening = serve(app, { port: 0, hostname: '127.0.0.1', silent: true });
await listening.ready();
console.log(`at ${new URL('/mcp', listening.url)}`);
