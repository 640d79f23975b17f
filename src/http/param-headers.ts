/** Tool arguments that headers repeat, by the annotation `x-mcp-header` (HS-11, HC-6, HC-7). */
import { RondoError } from '../base/errors.ts';
import { type JsonSchema, type UnknownRecord, isRecord } from '../base/json/json.ts';
import { quote } from '../base/quote.ts';

/** An argument that a header repeats. */
export interface ParamHeader {
  /** The header in lower case: `mcp-param-region`. */
  readonly header: string;
  /** The header as the author wrote it: `Mcp-Param-Region`. */
  readonly label: string;
  /** The path of the argument, from the root of the arguments. */
  readonly path: readonly string[];
  readonly type: 'string' | 'integer' | 'boolean';
}

const ANNOTATION = 'x-mcp-header';
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const TYPES = ['string', 'integer', 'boolean'];

const cache = new WeakMap<JsonSchema, readonly ParamHeader[]>();

/**
 * The headers that an input schema asks for.
 *
 * @throws RondoError `invalid_schema` for annotations that are empty, not a header name, given
 *   twice, on other types than string, integer and boolean, or not reachable through `properties`
 *   alone
 */
export function paramHeaders(schema: JsonSchema): readonly ParamHeader[] {
  let headers = cache.get(schema);
  if (headers === undefined) {
    const found: ParamHeader[] = [];
    collect(schema, [], found);
    assertDistinct(found);
    if (countAnnotations(schema) !== found.length) {
      throw invalid('it is not reachable through `properties` alone');
    }
    cache.set(schema, (headers = found));
  }
  return headers;
}

/**
 * The argument at a path; `undefined` if it is absent or `null`: then there is no header either.
 */
export function argumentAt(args: unknown, path: readonly string[]): unknown {
  let value = args;
  for (const key of path) {
    if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value ?? undefined;
}

function collect(schema: unknown, path: readonly string[], found: ParamHeader[]): void {
  if (!isRecord(schema)) return;
  if (isAnnotated(schema)) found.push(read(schema, path));
  if (!isRecord(schema['properties'])) return;
  for (const [key, property] of Object.entries(schema['properties'])) {
    collect(property, [...path, key], found);
  }
}

/** `null` is what some libraries write for an absent member. */
function isAnnotated(schema: object): boolean {
  return (schema as UnknownRecord)[ANNOTATION] != null;
}

function read(schema: UnknownRecord, path: readonly string[]): ParamHeader {
  const name = schema[ANNOTATION];
  if (typeof name !== 'string' || !TOKEN.test(name)) throw invalid('it is not a header name');
  const type = schema['type'];
  if (path.length === 0 || typeof type !== 'string' || !TYPES.includes(type)) {
    throw invalid(`${quote(name)} is not on a string, an integer or a boolean`);
  }
  const label = `Mcp-Param-${name}`;
  return { header: label.toLowerCase(), label, path, type: type as ParamHeader['type'] };
}

function assertDistinct(headers: readonly ParamHeader[]): void {
  const names = new Set<string>();
  for (const { header } of headers) {
    if (names.has(header)) throw invalid(`${quote(header)} is given twice`);
    names.add(header);
  }
}

/** How many annotations a schema has, reachable or not. Enum values and the like do not count. */
function countAnnotations(schema: unknown, depth = 0): number {
  if (typeof schema !== 'object' || schema === null || depth > 64) return 0;
  let count = isAnnotated(schema) ? 1 : 0;
  for (const [keyword, child] of Object.entries(schema)) {
    if (['enum', 'const', 'default', 'examples'].includes(keyword)) continue;
    count +=
      isRecord(child) && MAPS.includes(keyword)
        ? Object.values(child).reduce<number>((n, item) => n + countAnnotations(item, depth + 1), 0)
        : countAnnotations(child, depth + 1);
  }
  return count;
}

/** Keywords whose members have the author's names: `x-mcp-header` may be the name of a property. */
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];

function invalid(why: string): RondoError<'invalid_schema'> {
  return new RondoError('invalid_schema', `An ${ANNOTATION} annotation cannot be used: ${why}.`);
}
