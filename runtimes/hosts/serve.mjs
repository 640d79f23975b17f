import { serve } from 'mcp-rondo/node';
import { createServer } from '../probe-server.mjs';

const { url } = await serve(createServer(), { port: 0 });
console.log(`at ${url}`);
