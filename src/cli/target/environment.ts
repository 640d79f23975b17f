import { UsageError } from '../failure.ts';
import { rondo } from '../command-name.ts';

/**
 * The environment variables that a server's program gets in addition to the essential ones. Options
 * contain only names, so that values appear neither in the list of processes nor in a saved flow.
 *
 * @throws UsageError for a name that is not set
 */
export function passedOn(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}

function valueOf(name: string): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  const hint = name.includes('=')
    ? `Only the name is given: NAME=value ${rondo} … --env NAME`
    : 'Set it first.';
  throw new UsageError(`--env ${name.replace(/=.*/s, '')}: there is no such variable. ${hint}`);
}
