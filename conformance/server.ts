/** Serves the fixtures: `npm run conformance:server -- --port 3001`. */
import { parseArgs } from 'node:util';
import { serve } from 'mcp-rondo/node';
import { fixtureServer } from './fixtures/index.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '3001' }, help: { type: 'boolean', short: 'h' } },
});

if (values.help) {
  console.log('usage: npm run conformance:server -- [--port N]');
} else {
  const serving = await serve(fixtureServer(), { port: Number(values.port) });
  console.log(`Serving the conformance fixtures at ${serving.url}`);
}
