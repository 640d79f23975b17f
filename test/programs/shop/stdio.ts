/** The command line's test server, as a program of its own. */
import { serveStdio } from 'mcp-rondo/stdio';
import { cliServer } from './server.ts';

console.error('\u001b[2Jit has started');
serveStdio(cliServer());
