/** A child process for tests: serves over its standard streams. */
import { serveStdio } from 'mcp-rondo/stdio';
import { interopServer } from './server.ts';

serveStdio(interopServer());
