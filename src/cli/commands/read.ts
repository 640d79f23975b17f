import type { Command } from 'commander';
import type { Invocation } from './invocation.ts';
import { addFlowOptions, addSaveOption, usage } from './options.ts';
import { type FlowCommandOptions, startFlow } from './run-flow.ts';
import { rondo } from '../command-name.ts';

const EXAMPLES = `
Examples:
  ${rondo} read http://127.0.0.1:3000/mcp docs://readme
  ${rondo} read docs://readme -- node server.js
  ${rondo} read http://127.0.0.1:3000/mcp images://logo > logo.png
`;

export function addRead(program: Command, invocation: Invocation): void {
  const command = program
    .command('read')
    .summary('read a resource, and answer what it asks')
    .description(
      'Prints a resource: into a file or a pipe as it is, on a terminal only if it is text.',
    )
    .usage(usage('read', ' <uri>'))
    .argument('[words...]');
  addFlowOptions(addSaveOption(command))
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], options: FlowCommandOptions) => {
      const given = { words, program: invocation.program };
      invocation.exitCode = await startFlow(given, options, {
        what: 'uri',
        begin: ({ client }, uri) => client.start('resources/read', { uri }),
        names: async ({ client, signal }) =>
          (await client.listResources({ signal })).map(({ uri }) => uri),
      });
    });
}
