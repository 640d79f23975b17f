import type { Command } from 'commander';
import { naming } from '../../base/naming.ts';
import type { FlowSnapshot } from '../../client/flows/snapshot.ts';
import type { Stepper } from '../../client/flows/stepper.ts';
import { FlowFile } from '../flow/flow-file.ts';
import { withFlowLock } from '../flow/flow-lock.ts';
import { type Session, type SessionOptions, withSession } from '../flow/session.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from './invocation.ts';
import { addFlowOptions, given } from './options.ts';
import { runFlow } from './run-flow.ts';
import { rondo } from '../command-name.ts';

const EXAMPLES = `
Example:
  ${rondo} call http://127.0.0.1:3000/mcp deploy --arg env=prod --save flow.json
  ${rondo} resume flow.json

Headers are never saved: give --header again.
`;

export function addResume(program: Command, invocation: Invocation): void {
  const command = program
    .command('resume')
    .summary('continue a flow that --save has saved')
    .description('Continues the flow where it stopped, and removes the file once it is complete.')
    .argument('<file>', '', given);
  addFlowOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: SessionOptions) => {
      // What cannot be read is not locked. It is read again once nobody else can write it.
      FlowFile.open(path);
      invocation.exitCode = await withFlowLock(path, () => resume(path, options));
    });
}

async function resume(path: string, options: SessionOptions): Promise<number> {
  const { file, saved } = FlowFile.open(path);
  const isOver = saved.flow.status === 'complete';
  if (saved.hadHeaders && !isOver && options.header === undefined) {
    throw new UsageError(
      'This flow was begun with headers, which are not saved: give --header again.',
    );
  }
  const all = {
    ...options,
    env: [...new Set([...saved.env, ...(options.env ?? [])])],
    root: [...new Set([...saved.roots, ...(options.root ?? [])])],
  };
  return withSession(saved.address, all, (session) =>
    runFlow(session, stepperOf(session, saved.flow, path), file, saved),
  );
}

/** @throws RondoError naming the file, for a flow that has been changed */
function stepperOf({ client }: Session, flow: FlowSnapshot, path: string): Stepper {
  return naming(
    () => path,
    () => client.resume(flow),
  );
}
