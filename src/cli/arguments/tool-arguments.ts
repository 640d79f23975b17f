/** Reads the arguments of a tool from the command line. */
import { type JsonObject, type JsonValue, isRecord, parseJson } from '../../base/json/json.ts';
import type { Tool } from '../../protocol/types/tool.ts';
import { jsonNumberProblem, numberProblem } from '../exact-number.ts';
import { UsageError } from '../failure.ts';
import { cleanLine } from '../terminal/clean.ts';
import { meant } from '../terminal/meant.ts';
import { KnownArguments } from './known-arguments.ts';
import type { JsonType } from './types.ts';

/**
 * @param pairs values as text, which are converted to the types in the tool's schema
 * @param json the arguments of `--args`, which are not converted; pairs replace its members
 * @throws UsageError naming the argument
 */
export function toolArguments(
  tool: Tool,
  pairs: ReadonlyMap<string, string>,
  json: JsonObject,
): JsonObject {
  const known = new KnownArguments(tool.inputSchema);
  const read = [...pairs].map(([name, text]): [string, JsonValue] => {
    if (!known.takes(name)) throw unknownArgument(tool.name, name, known.names);
    return [name, parseValue(name, text, known.typesOf(name))];
  });
  return { ...json, ...Object.fromEntries(read) };
}

/** Most servers ignore a misspelt name, so names must be in the tool's schema, if it lists any. */
function unknownArgument(tool: string, name: string, known: readonly string[]): UsageError {
  const names = known.length > 0 ? `it has ${known.map(cleanLine).join(', ')}` : 'it takes none';
  const said = `'${cleanLine(tool)}' has no argument '${name}'; ${names}.`;
  return new UsageError(`${said} ${meant(name, known)}`.trim());
}

const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** How a text is read as a value of a type, and what would be lost by that. */
interface Reader {
  readonly type: JsonType;
  /** `undefined` if it is none. */
  read(text: string): JsonValue | undefined;
  loss?(text: string): string | undefined;
}

const READERS: readonly Reader[] = [
  { type: 'null', read: (text) => (text === 'null' ? null : undefined) },
  {
    type: 'boolean',
    read: (text) => (/^(?:true|false)$/.test(text) ? text === 'true' : undefined),
  },
  {
    type: 'number',
    read: (text) => (NUMBER.test(text) ? Number(text) : undefined),
    loss: numberProblem,
  },
  {
    type: 'integer',
    read: (text) => (NUMBER.test(text) && isWhole(Number(text)) ? Number(text) : undefined),
    loss: numberProblem,
  },
  { type: 'object', read: (text) => jsonOf(text, '{'), loss: jsonNumberProblem },
  { type: 'array', read: (text) => jsonOf(text, '['), loss: jsonNumberProblem },
];

/** What is too large to be a number is whole, so that it is refused for that. */
function isWhole(value: number): boolean {
  return Number.isInteger(value) || !Number.isFinite(value);
}

function jsonOf(text: string, opening: string): JsonValue | undefined {
  return text.trimStart().startsWith(opening) ? parseJson(text) : undefined;
}

/** Converts `text` to one of the allowed types; a string if no types are given. */
function parseValue(name: string, text: string, types: ReadonlySet<JsonType>): JsonValue {
  const losses: string[] = [];
  for (const { type, read, loss } of READERS) {
    const value = types.has(type) ? read(text) : undefined;
    const lost = value === undefined ? undefined : loss?.(text);
    if (lost !== undefined) losses.push(lost);
    else if (value !== undefined) return value;
  }
  // A text is sent as it is.
  if (types.size === 0 || types.has('string')) return text;
  const wanted = [...types].map((type) => NAMES[type]).join(' or ');
  throw new UsageError(`--arg ${name}=${text}: ${losses[0] ?? `it has to be ${wanted}`}.`);
}

const NAMES: Record<JsonType, string> = {
  null: 'null',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  array: 'a JSON array: \'["a","b"]\'',
  object: 'a JSON object: \'{"a":1}\'',
};

/** What `--args` is. @throws UsageError */
export function parseObject(text: string): JsonObject {
  const value = parseJson(text);
  const lost = value === undefined ? undefined : jsonNumberProblem(text);
  if (lost !== undefined) throw new UsageError(`--args: ${lost}.`);
  if (isRecord(value)) return value as JsonObject;
  throw new UsageError('--args has to be a JSON object: \'{"name":"value"}\'.');
}
