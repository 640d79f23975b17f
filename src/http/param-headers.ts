/** Tool arguments mirrored into headers through `x-mcp-header` (HS-11, HC-6, HC-7). */
import { RondoError } from '../base/errors.ts';
import { type JsonSchema, type UnknownRecord, isRecord } from '../base/json.ts';

/** One argument that a header repeats. */
export interface ParamHeader {
  /** Lower case, prefix included: `mcp-param-region`. */
  readonly header: string;
  /** As its author wrote it: `Mcp-Param-Region`. */
  readonly label: string;
  /** Where the argument is, from the root of the arguments. */
  readonly path: readonly string[];
  readonly type: 'string' | 'integer' | 'boolean';
}

const ANNOTATION = 'x-mcp-header';
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const TYPES = ['string', 'integer', 'boolean'];

const cache = new WeakMap<JsonSchema, readonly ParamHeader[]>();

/**
 * The headers an input schema asks for.
 *
 * @throws RondoError `invalid_schema` for annotations that are empty, no token, given twice, on
 * another type than string, integer and boolean, or not reachable through `properties` alone
 */
export function paramHeaders(schema: JsonSchema): readonly ParamHeader[] {
  let headers = cache.get(schema);
  if (headers === undefined) {
    const found: ParamHeader[] = [];
    collect(schema, [], found);
    assertDistinct(found);
    if (countAnnotations(schema) !== found.length) {
      throw invalid('it stands where `properties` alone do not lead');
    }
    cache.set(schema, (headers = found));
  }
  return headers;
}

/** The argument a header repeats; `undefined` if it is absent or null, and the header with it. */
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
  if (ANNOTATION in schema) found.push(read(schema, path));
  if (!isRecord(schema['properties'])) return;
  for (const [key, property] of Object.entries(schema['properties'])) {
    collect(property, [...path, key], found);
  }
}

function read(schema: UnknownRecord, path: readonly string[]): ParamHeader {
  const name = schema[ANNOTATION];
  if (typeof name !== 'string' || !TOKEN.test(name)) throw invalid('it is no header name');
  const type = schema['type'];
  if (path.length === 0 || typeof type !== 'string' || !TYPES.includes(type)) {
    throw invalid(`'${name}' is on something else than a string, an integer or a boolean`);
  }
  const label = `Mcp-Param-${name}`;
  return { header: label.toLowerCase(), label, path, type: type as ParamHeader['type'] };
}

function assertDistinct(headers: readonly ParamHeader[]): void {
  const names = new Set<string>();
  for (const { header } of headers) {
    if (names.has(header)) throw invalid(`'${header}' is given twice`);
    names.add(header);
  }
}

/** Every place an annotation stands, reachable or not; enum values and the like do not count. */
function countAnnotations(schema: unknown, depth = 0): number {
  if (typeof schema !== 'object' || schema === null || depth > 64) return 0;
  if (Array.isArray(schema)) {
    return schema.reduce<number>((sum, item) => sum + countAnnotations(item, depth + 1), 0);
  }
  let count = ANNOTATION in schema ? 1 : 0;
  for (const [keyword, child] of Object.entries(schema)) {
    if (['enum', 'const', 'default', 'examples'].includes(keyword)) continue;
    count +=
      isRecord(child) && MAPS.includes(keyword)
        ? Object.values(child).reduce<number>((n, item) => n + countAnnotations(item, depth + 1), 0)
        : countAnnotations(child, depth + 1);
  }
  return count;
}

/** Keywords whose members are named by the author: `x-mcp-header` may be a property's name. */
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];

function invalid(why: string): RondoError<'invalid_schema'> {
  return new RondoError('invalid_schema', `An ${ANNOTATION} annotation cannot be used: ${why}.`);
}
