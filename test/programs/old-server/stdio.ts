/** The old server over its standard streams. */
import { StdioServerTransport } from 'sdk-1.32/server/stdio.js';
import { oldServer } from './server.ts';

await oldServer().connect(new StdioServerTransport());
