import { parseArgs } from 'node:util';
import { CASES, type Case } from './cases.ts';

export interface Options {
  readonly cases: readonly Case[];
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  /** Whether clients driving whole flows are measured as well. */
  readonly clients: boolean;
  readonly json: boolean;
}

export const HELP = `usage: npm run bench -- [options]

Measures Rondo beside the official SDK, tmcp and bare node:http.

  --case <name>        only this case; may be repeated
  --clients            only clients driving whole flows, or these as well
  --rounds <n>         how often each server is measured (5)
  --seconds <n>        how long each time, once it is warm (1)
  --connections <n>    keep-alive connections (32)
  --json               JSON instead of the table
  --help               this text

cases:
${CASES.map(({ name, what }) => `  ${name.padEnd(20)} ${what}`).join('\n')}
`;

/**
 * @returns `undefined` where help is asked for
 * @throws Error for arguments that make no sense
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      case: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1' },
      connections: { type: 'string', default: '32' },
      clients: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    cases: casesOf(values.case, values.clients),
    clients: values.clients || values.case === undefined,
    rounds: wholeNumber('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    connections: wholeNumber('connections', values.connections),
    json: values.json,
  };
}

/** Everything, unless something is asked for. */
function casesOf(names: readonly string[] | undefined, clients: boolean): readonly Case[] {
  if (names !== undefined) return names.map(caseNamed);
  return clients ? [] : CASES;
}

function caseNamed(name: string): Case {
  const found = CASES.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Error(`No case '${name}': ${CASES.map((one) => one.name).join(', ')}`);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(`--${name} takes a positive number, not '${text}'`);
}

function wholeNumber(name: string, text: string): number {
  const value = positive(name, text);
  if (Number.isInteger(value)) return value;
  throw new Error(`--${name} takes a whole number, not '${text}'`);
}
