/** The command line's test server, as a program of its own. */
import { serveStdio } from '../../src/stdio/server.ts';
import { cliServer } from './cli-server.ts';

console.error('\u001b[2Jit has started');
serveStdio(cliServer());
