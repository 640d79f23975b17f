/** Reads the arguments of a tool from the command line. */
import {
  type JsonObject,
  type JsonSchema,
  type JsonValue,
  isRecord,
  parseJson,
} from '../../base/json.ts';
import type { Tool } from '../../protocol/tool.ts';
import { UsageError } from '../failure.ts';
import { cleanLine } from '../terminal/clean.ts';
import { type JsonType, typesOf } from './types.ts';

/**
 * @param pairs values as text, which are converted to the types in the tool's schema
 * @param json the arguments as a JSON object, which are not converted; pairs replace its members
 * @throws UsageError naming the argument
 */
export function toolArguments(
  tool: Tool,
  pairs: ReadonlyMap<string, string>,
  json: string | undefined,
): JsonObject {
  const inputSchema: JsonSchema = isRecord(tool.inputSchema) ? tool.inputSchema : {};
  const properties = isRecord(inputSchema['properties']) ? inputSchema['properties'] : {};
  const read = [...pairs].map(([name, text]): [string, JsonValue] => {
    if (!Object.hasOwn(properties, name)) assertOpen(name, tool.name, inputSchema);
    return [name, parseValue(name, text, typesOf(properties[name], inputSchema))];
  });
  return { ...(json === undefined ? {} : parseObject(json)), ...Object.fromEntries(read) };
}

/** Most servers ignore a misspelt name, so names must be in the tool's schema, if it lists any. */
function assertOpen(name: string, tool: string, schema: JsonSchema): void {
  const { properties = {}, additionalProperties, patternProperties } = schema;
  const known = Object.keys(properties as object);
  const isOpen = known.length === 0 && additionalProperties !== false;
  if (isOpen || patternProperties !== undefined || additionalProperties) return;
  const names = known.length > 0 ? `it has ${known.map(cleanLine).join(', ')}` : 'it takes none';
  throw new UsageError(`'${cleanLine(tool)}' has no argument '${name}'; ${names}.`);
}

const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

const READERS: readonly (readonly [JsonType, (text: string) => JsonValue | undefined])[] = [
  ['null', (text) => (text === 'null' ? null : undefined)],
  ['boolean', (text) => (/^(?:true|false)$/.test(text) ? text === 'true' : undefined)],
  ['number', (text) => (NUMBER.test(text) ? Number(text) : undefined)],
  ['integer', (text) => (/^-?\d+$/.test(text) ? Number(text) : undefined)],
  ['object', (text) => (text.trimStart().startsWith('{') ? parseJson(text) : undefined)],
  ['array', (text) => (text.trimStart().startsWith('[') ? parseJson(text) : undefined)],
];

/** Converts `text` to one of the allowed types; a string if no types are given. */
function parseValue(name: string, text: string, types: ReadonlySet<JsonType>): JsonValue {
  for (const [type, read] of READERS) {
    const value = types.has(type) ? read(text) : undefined;
    if (value !== undefined) return value;
  }
  if (types.size === 0 || types.has('string')) return text;
  const wanted = [...types].map((type) => NAMES[type]).join(' or ');
  throw new UsageError(`--arg ${name}=${text}: it has to be ${wanted}.`);
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

function parseObject(text: string): JsonObject {
  const value = parseJson(text);
  if (isRecord(value)) return value as JsonObject;
  throw new UsageError('--args has to be a JSON object: \'{"name":"value"}\'.');
}
