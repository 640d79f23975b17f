import { rondo } from '../command-name.ts';
import { type ServerAddress, describeAddress } from '../target/target.ts';
import { quoted } from '../terminal/quoted.ts';

/** A command for a task, to be copied. It has neither the query of a URL nor credentials. */
export function taskCommand(name: string, address: ServerAddress, taskId: string): string {
  const command = `${rondo} task ${name}`;
  if ('url' in address) return `${command} ${quoted(describeAddress(address))} ${quoted(taskId)}`;
  const program = [address.command, ...address.args].map(quoted).join(' ');
  return `${command} ${quoted(taskId)} -- ${program}`;
}
