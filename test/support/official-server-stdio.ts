/** A child process for tests: the official server over its standard streams. */
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { officialServers } from './official-server-fixture.ts';

serveStdio(officialServers());
