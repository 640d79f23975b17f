import type { Command } from 'commander';
import type { Client } from '../../client/client.ts';
import type { CallOptions } from '../../client/calls/call-options.ts';
import { serverInfoOf } from '../../client/calls/server-info.ts';
import { ExitCode } from '../failure.ts';
import { type SessionOptions, withSession } from '../flow/session.ts';
import { type Catalogue, renderCatalogue } from '../output/catalogue.ts';
import { print } from '../output/print.ts';
import { takeTarget } from '../target/target.ts';
import { cleanJson } from '../terminal/clean.ts';
import type { Invocation } from './invocation.ts';
import { addServerOptions, usage } from './options.ts';
import { rondo } from '../command-name.ts';

const EXAMPLES = `
Examples:
  ${rondo} list http://127.0.0.1:3000/mcp
  ${rondo} list -- node server.js
`;

export function addList(program: Command, invocation: Invocation): void {
  const command = program
    .command('list')
    .summary('show what a server offers')
    .description('Lists tools with their arguments, prompts, resources and resource templates.')
    .usage(usage('list'))
    .argument('[words...]');
  addServerOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], options: SessionOptions) => {
      invocation.exitCode = await list(words, options, invocation);
    });
}

async function list(
  words: readonly string[],
  options: SessionOptions,
  { program }: Invocation,
): Promise<number> {
  const { address } = takeTarget({ words, program }, []);
  return withSession(address, options, async ({ client, status, signal }) => {
    status.begin('Asking the server what it offers');
    const catalogue = await readCatalogue(client, { signal });
    status.end();
    await print(
      options.json ? cleanJson(catalogue, 2) : renderCatalogue(catalogue, process.stdout),
    );
    return ExitCode.ok;
  });
}

/** Reads only the lists that the server has: others are answered with an error. */
async function readCatalogue(client: Client, options: CallOptions): Promise<Catalogue> {
  const discovered = await client.discover(options);
  const { capabilities = {}, instructions } = discovered;
  const server = serverInfoOf(discovered);
  const hasResources = capabilities.resources !== undefined;
  const [tools, prompts, resources, resourceTemplates] = await Promise.all([
    capabilities.tools ? client.listTools(options) : [],
    capabilities.prompts ? client.listPrompts(options) : [],
    hasResources ? client.listResources(options) : [],
    hasResources ? client.listResourceTemplates(options) : [],
  ]);
  return {
    ...(server && { server }),
    ...(typeof instructions === 'string' && { instructions }),
    tools,
    prompts,
    resources,
    resourceTemplates,
  };
}
