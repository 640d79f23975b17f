import { parseArgs } from 'node:util';
import { CASES, type Case } from './cases.ts';

export interface Options {
  readonly cases: readonly Case[];
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly json: boolean;
}

export const HELP = `usage: npm run bench -- [options]

Measures Rondo beside the official SDK, tmcp and bare node:http.

  --case <name>        only this case; may be repeated
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
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    cases: values.case === undefined ? CASES : values.case.map(caseNamed),
    rounds: wholeNumber('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    connections: wholeNumber('connections', values.connections),
    json: values.json,
  };
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
