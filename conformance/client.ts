/**
 * The client under test. The suite starts it with the address of a server of its own, and names the
 * scenario in its environment; by hand: `npm run conformance:client -- <url> --scenario <name>`.
 */
import { parseArgs } from 'node:util';
import { SCENARIOS, scenarioNamed } from './scenarios.ts';

const { values, positionals } = parseArgs({
  options: { scenario: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});
const [url] = positionals;
const name = values.scenario ?? process.env['MCP_CONFORMANCE_SCENARIO'];
const scenario = scenarioNamed(name ?? '');

if (values.help || url === undefined) {
  console.log('usage: npm run conformance:client -- <url> --scenario <name>');
  console.log(`scenarios: ${Object.keys(SCENARIOS).join(', ')}, auth/…`);
  process.exitCode = values.help ? 0 : 1;
} else if (scenario === undefined) {
  console.error(`There is nothing here for the scenario '${name ?? ''}'.`);
  process.exitCode = 1;
} else {
  const context: unknown = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}');
  await scenario(url, context);
}
