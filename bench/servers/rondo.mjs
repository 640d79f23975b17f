import { serve } from 'mcp-rondo/node';
import { announce } from './ready.mjs';
import { server } from './rondo-server.mjs';

const { port } = await serve(server, { port: 0 });
announce(port);
