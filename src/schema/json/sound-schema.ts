/** Checks an author's schema when it is given, so that no call fails for it later. */
import { type JsonSchema, type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { attempt, messageOf } from '../../base/thrown.ts';
import { keywordOf } from './keywords.ts';
import { invalidSchema } from './invalid-schema.ts';
import { assertDialect } from './limits.ts';
import { withUnicode } from './pattern.ts';
import { References, lostReference } from './references.ts';
import { childrenOf } from './walk.ts';

/**
 * Returns the references of `schema`.
 *
 * @throws RondoError `invalid_schema` naming the property whose schema cannot be used: it is not JSON,
 *   a keyword has no sense, a reference leads nowhere or around in a circle
 */
export function assertSound(schema: JsonSchema): References {
  assertJson(schema);
  assertDialect(schema);
  const references = new References(schema);
  const seen = new Set<unknown>();
  const check = (node: UnknownRecord, path: readonly string[]): void => {
    if (seen.has(node)) return;
    seen.add(node);
    assertKeywords(node, path);
    for (const { schema: child, path: more } of childrenOf(node)) {
      check(child as UnknownRecord, [...path, ...more]);
    }
    for (const { reference, target } of references.targetsOf(node)) {
      if (target === undefined) throw invalidSchema(lostReference(reference), path);
      if (isRecord(target)) check(target, [...path, '$ref']);
    }
  };
  check(schema, []);
  assertFinite(schema, references);
  return references;
}

function assertKeywords(schema: UnknownRecord, path: readonly string[]): void {
  for (const [name, value] of Object.entries(schema)) {
    const problem = value === undefined ? undefined : keywordOf(name)?.problem(value);
    if (problem !== undefined) throw invalidSchema(`${name} ${problem}`, path);
  }
  for (const pattern of Object.keys((schema['patternProperties'] as object | undefined) ?? {})) {
    if (withUnicode(pattern) !== undefined) continue;
    throw invalidSchema(
      `patternProperties has ${JSON.stringify(pattern)}, which cannot be used`,
      path,
    );
  }
}

/** Refuses a schema that applies itself to the same value again, and so on without end. */
function assertFinite(root: JsonSchema, references: References): void {
  const done = new Set<unknown>();
  const above = new Set<unknown>();
  const follow = (node: unknown, path: readonly string[], sameValue: boolean): void => {
    if (!isRecord(node)) return;
    if (sameValue && above.has(node))
      throw invalidSchema('it refers to itself, and to nothing else', path);
    if (done.has(node)) return;
    if (!sameValue) return void later.push([node, path]);
    above.add(node);
    for (const { target } of references.targetsOf(node)) follow(target, path, true);
    for (const child of childrenOf(node)) {
      follow(child.schema, [...path, ...child.path], child.sameValue);
    }
    above.delete(node);
    done.add(node);
  };
  const later: [node: unknown, path: readonly string[]][] = [[root, []]];
  for (let next = later.pop(); next !== undefined; next = later.pop()) follow(...next, true);
}

function assertJson(schema: JsonSchema): void {
  try {
    JSON.stringify(schema);
  } catch (error) {
    throw invalidSchema(
      `it is not JSON (${firstLine(messageOf(error))})`,
      pathOfFailure(schema),
      error,
    );
  }
}

/** The path to the part that cannot be written as JSON. */
function pathOfFailure(root: unknown): string[] {
  const path: string[] = [];
  const above = new Set<unknown>();
  let node: unknown = root;
  while (isContainer(node) && !above.has(node)) {
    above.add(node);
    const failing = Object.entries(node).find(([, part]) => !canBeWritten(part));
    if (failing === undefined) break;
    path.push(failing[0]);
    node = failing[1];
  }
  return path;
}

function isContainer(node: unknown): node is object {
  return typeof node === 'object' && node !== null;
}

function canBeWritten(part: unknown): boolean {
  return attempt(() => (JSON.stringify(part), true)) === true;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
