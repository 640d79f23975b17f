/**
 * Rewrites a sound schema so that the validator does exactly what the standard says: every reference
 * leads from the root to `$defs`, and patterns that are not valid with the flag `u` go without it.
 */
import { type JsonSchema, type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { invalidSchema } from './invalid-schema.ts';
import { keywordOf } from './keywords.ts';
import { usablePattern, withUnicode } from './pattern.ts';
import { type References, lostReference } from './references.ts';
import { mapChildren } from './walk.ts';
import { quote } from '../../base/quote.ts';

/** Keywords that only say where references lead, and those that are written anew. */
const ADDRESSES = '$schema $id $anchor $dynamicAnchor $defs definitions $ref $dynamicRef'.split(
  ' ',
);

/**
 * @throws RondoError `invalid_schema` for a reference that leads nowhere, or to several schemas
 */
export function compiledForm(root: JsonSchema, references: References): JsonSchema {
  return new Rewriting(root, references).result();
}

class Rewriting {
  readonly #root: JsonSchema;
  readonly #references: References;
  readonly #copies = new Map<UnknownRecord, UnknownRecord>();
  /** The name in `$defs` of each schema that is referred to. */
  readonly #names = new Map<unknown, string>();
  readonly #defs: UnknownRecord = {};

  constructor(root: JsonSchema, references: References) {
    this.#root = root;
    this.#references = references;
  }

  result(): JsonSchema {
    const root = this.#copyOf(this.#root);
    return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...root, $defs: this.#defs };
  }

  /** Each schema is copied once, however many references lead to it. */
  #copyOf(schema: UnknownRecord): UnknownRecord {
    let copy = this.#copies.get(schema);
    if (copy === undefined) {
      this.#copies.set(schema, (copy = {}));
      Object.assign(copy, this.#rewritten(schema));
    }
    return copy;
  }

  #rewritten(schema: UnknownRecord): UnknownRecord {
    const bare = Object.fromEntries(
      Object.entries(schema).filter(([name]) => keywordOf(name) && !ADDRESSES.includes(name)),
    );
    const copy = mapChildren(bare, (child) => this.#copyOf(child));
    const { pattern, patternProperties: named, allOf } = copy;
    if (typeof pattern === 'string') copy['pattern'] = usablePattern(pattern);
    if (isRecord(named)) copy['patternProperties'] = withUsableNames(named);
    const refs = this.#referencesOf(schema);
    return refs.length === 0
      ? copy
      : { ...copy, allOf: [...(Array.isArray(allOf) ? (allOf as unknown[]) : []), ...refs] };
  }

  #referencesOf(schema: UnknownRecord): UnknownRecord[] {
    return this.#references.targetsOf(schema).map(({ reference, target }) => {
      if (target === undefined) throw invalidSchema(lostReference(reference));
      return { $ref: this.#pointerTo(target) };
    });
  }

  #pointerTo(target: unknown): string {
    if (target === this.#root) return '#';
    if (isRecord(target) && this.#references.candidatesFor(target) > 1) {
      throw invalidSchema(
        `${quote(String(target['$dynamicAnchor']))} is a $dynamicAnchor more than once`,
      );
    }
    let name = this.#names.get(target);
    if (name === undefined) {
      name = String(this.#names.size);
      this.#names.set(target, name);
      this.#defs[name] = isRecord(target) ? this.#copyOf(target) : target;
    }
    return `#/$defs/${name}`;
  }
}

function withUsableNames(schemas: UnknownRecord): UnknownRecord {
  return Object.fromEntries(
    Object.entries(schemas).map(([pattern, schema]) => [withUnicode(pattern) ?? pattern, schema]),
  ) as UnknownRecord;
}
