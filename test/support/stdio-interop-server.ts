/** A child process for tests: serves over its standard streams. */
import { serveStdio } from '../../src/stdio/server.ts';
import { interopServer } from './interop-server.ts';

serveStdio(interopServer());
