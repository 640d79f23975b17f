/** What a tool's schema says of its arguments, wherever in it: at the top, by reference, in branches. */
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { appliedSchemas, listOf } from './subschemas.ts';
import { type JsonType, typesOf, unionOf } from './types.ts';

export class KnownArguments {
  readonly #root: unknown;
  readonly #applied: readonly UnknownRecord[];
  /** By name: what each part of the schema has for it. */
  readonly #schemas = new Map<string, unknown[]>();

  constructor(inputSchema: unknown) {
    this.#root = inputSchema;
    this.#applied = appliedSchemas(inputSchema);
    for (const { properties } of this.#applied) {
      for (const [name, schema] of Object.entries(isRecord(properties) ? properties : {})) {
        this.#schemas.set(name, [...(this.#schemas.get(name) ?? []), schema]);
      }
    }
  }

  get names(): string[] {
    return [...this.#schemas.keys()];
  }

  /** What the schema has for an argument, first what stands nearest to its top. */
  schemasOf(name: string): readonly unknown[] {
    return this.#schemas.get(name) ?? this.#applied.map((each) => each['additionalProperties']);
  }

  /** Empty if the schema does not say. */
  typesOf(name: string): ReadonlySet<JsonType> {
    return unionOf(this.schemasOf(name).map((schema) => typesOf(schema, this.#root)));
  }

  /** Whether the tool takes this argument. One that lists none takes any, unless it says otherwise. */
  takes(name: string): boolean {
    if (this.#schemas.has(name)) return true;
    const isOpen = this.#applied.some(
      ({ additionalProperties, patternProperties }) =>
        Boolean(additionalProperties) || patternProperties !== undefined,
    );
    const isClosed = this.#applied.some((each) => each['additionalProperties'] === false);
    return isOpen || (this.#schemas.size === 0 && !isClosed);
  }

  /** Whether every call needs this argument: what a branch requires is not counted. */
  isRequired(name: string): boolean {
    const whole = appliedSchemas(withoutBranches(this.#root));
    return whole.some(({ required }) => listOf(required).includes(name));
  }
}

function withoutBranches(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const { anyOf: _anyOf, oneOf: _oneOf, if: _if, then: _then, else: _else, ...whole } = schema;
  return whole;
}
