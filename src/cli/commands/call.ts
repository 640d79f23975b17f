import type { Command } from 'commander';
import type { Stepper } from '../../client/flows/stepper.ts';
import type { Tool } from '../../protocol/types/tool.ts';
import { parsePairs } from '../arguments/pairs.ts';
import { parseObject, toolArguments } from '../arguments/tool-arguments.ts';
import { UsageError } from '../failure.ts';
import type { Session } from '../flow/session.ts';
import { cleanExcerpt, cleanLine } from '../terminal/clean.ts';
import { meant } from '../terminal/meant.ts';
import type { Invocation } from './invocation.ts';
import { addFlowOptions, addSaveOption, collect, usage } from './options.ts';
import { type FlowCommandOptions, startFlow } from './run-flow.ts';
import { rondo } from '../command-name.ts';

interface CallOptions extends FlowCommandOptions {
  readonly arg?: readonly string[];
  readonly args?: string;
}

const EXAMPLES = `
Examples:
  ${rondo} call http://127.0.0.1:3000/mcp deploy --arg env=prod
  ${rondo} call 'node server.js' deploy --arg env=prod
  ${rondo} call deploy --arg env=prod -- node server.js

Values are read by the types in the tool's schema: 3, true, '["a","b"]' or text.
`;

export function addCall(program: Command, invocation: Invocation): void {
  const command = program
    .command('call')
    .summary('call a tool, and answer what it asks')
    .description('Calls a tool. What it asks on the way is asked in the terminal.')
    .usage(usage('call', ' <tool>'))
    .argument('[words...]')
    .option('--arg <name=value>', 'an argument of the tool; repeatable', collect)
    .option('--args <json>', 'the arguments as a JSON object');
  addFlowOptions(addSaveOption(command))
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], options: CallOptions) => {
      const given = { words, program: invocation.program };
      invocation.exitCode = await startFlow(given, options, {
        what: 'tool',
        begin: (session, name) => beginCall(session, name, options),
      });
    });
}

async function beginCall(session: Session, name: string, options: CallOptions): Promise<Stepper> {
  const pairs = parsePairs(options.arg ?? []);
  const json = options.args === undefined ? {} : parseObject(options.args);
  const tool = await findTool(session, name);
  const args = toolArguments(tool, pairs, json);
  return session.client.start('tools/call', { name, arguments: args });
}

/** @throws UsageError naming the tools there are */
async function findTool({ client, signal, status }: Session, name: string): Promise<Tool> {
  status.begin('Looking for the tool');
  const tools = await client.listTools({ signal });
  const tool = tools.find((each) => each.name === name);
  if (tool !== undefined) return tool;
  const names = tools.map((each) => each.name);
  const all = cleanExcerpt(names.map(cleanLine).join(', '));
  const parts = [
    `The server has no tool '${name}'.`,
    meant(name, names),
    `It has: ${all || 'none'}.`,
  ];
  throw new UsageError(parts.filter(Boolean).join(' '));
}
