import type { Command } from 'commander';
import { parsePairs } from '../arguments/pairs.ts';
import type { Invocation } from './invocation.ts';
import { addFlowOptions, addSaveOption, collect, usage } from './options.ts';
import { type FlowCommandOptions, startFlow } from './run-flow.ts';
import { rondo } from '../command-name.ts';

interface PromptOptions extends FlowCommandOptions {
  readonly arg?: readonly string[];
}

const EXAMPLES = `
Examples:
  ${rondo} prompt http://127.0.0.1:3000/mcp review --arg language=Rust
  ${rondo} prompt review --arg language=Rust -- node server.js
`;

export function addPrompt(program: Command, invocation: Invocation): void {
  const command = program
    .command('prompt')
    .summary('get a prompt, and answer what it asks')
    .description('Prints the messages of a prompt.')
    .usage(usage('prompt', ' <prompt>'))
    .argument('[words...]')
    .option('--arg <name=value>', 'an argument of the prompt; repeatable', collect);
  addFlowOptions(addSaveOption(command))
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], options: PromptOptions) => {
      const args = Object.fromEntries(parsePairs(options.arg ?? []));
      const given = { words, program: invocation.program };
      invocation.exitCode = await startFlow(given, options, {
        what: 'prompt',
        begin: ({ client }, name) => client.start('prompts/get', { name, arguments: args }),
        names: async ({ client, signal }) =>
          (await client.listPrompts({ signal })).map(({ name }) => name),
      });
    });
}
