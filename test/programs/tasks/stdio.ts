/** Serves tasks over its standard streams. Its argument: how often clients are to look, in ms. */
import { serveStdio } from 'mcp-rondo/stdio';
import { taskServer } from './server.ts';

serveStdio(taskServer(Number(process.argv[2])));
