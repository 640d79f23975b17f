/** A child process for tests: the official server over its standard streams. */
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { officialServers } from './server.ts';

serveStdio(officialServers());
